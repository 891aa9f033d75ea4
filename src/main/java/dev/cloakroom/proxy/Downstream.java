package dev.cloakroom.proxy;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.List;

/// The browser's side of a call, where HTTP/1.1 and HTTP/2 end differently: the one has to close a
/// connection, the other shares it with further calls and resets a stream.
///
/// Of a request that has ended, HTTP/2 takes neither [#pause] nor [#resume]; here both do nothing
/// then.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9113#section-8.1 RFC 9113, 8.1
public final class Downstream {
  private static final long NO_ERROR = 0;
  private static final long INTERNAL_ERROR = 2;

  private Downstream() {}

  /// True where other calls use the same connection at the same time.
  public static boolean isShared(HttpServerRequest request) {
    return request.version() == HttpVersion.HTTP_2;
  }

  /// Stops reading the body, until [#resume].
  public static void pause(HttpServerRequest request) {
    if (!request.isEnded()) {
      request.pause();
    }
  }

  /// Reads the body, on and on.
  public static void resume(HttpServerRequest request) {
    if (!request.isEnded()) {
      request.resume();
    }
  }

  /// After a whole answer on a shared connection: asks for nothing more of a body that is not
  /// wanted.
  public static void declineRest(HttpServerRequest request) {
    if (!request.isEnded()) {
      request.response().reset(NO_ERROR);
    }
  }

  /// Breaks an answer off, so that it cannot be taken for whole.
  static void cut(HttpServerRequest request) {
    request.response().reset(INTERNAL_ERROR);
  }

  /// A mark that is another one as soon as any of an answer under way has left, and the same while
  /// nothing moves.
  public static Object mark(HttpServerRequest request) {
    if (isShared(request) || !(request.connection() instanceof ConnectionBase wire)) {
      return request.response().bytesWritten();
    }
    var waiting = wire.channel().unsafe().outboundBuffer();
    return waiting == null
        ? List.of()
        : List.of(waiting.size(), waiting.totalPendingWriteBytes(), waiting.currentProgress());
  }

  /// Ends what is stuck: its stream, or the connection where there is no other way. That one does
  /// not wait for what is on its way, as closing it would.
  public static void drop(HttpServerRequest request) {
    var connection = request.connection();
    if (isShared(request)) {
      request.response().reset(INTERNAL_ERROR).onFailure(_ -> connection.close());
    } else if (connection instanceof ConnectionBase wire) {
      var _ = wire.channelHandlerContext().close();
    } else {
      connection.close();
    }
  }
}
