package dev.cloakroom.upstream.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpVersion;

/// Makes an answer of what the decoder makes of bytes. Of the interim answers, 100 means nothing to
/// the caller, 103 is told, and any other is an answer like a final one, of which the caller may
/// think what it wants.
final class AnswerReader {
  private static final int CONTINUE = 100;
  private static final int SWITCHING_PROTOCOLS = 101;
  private static final int EARLY_HINTS = 103;

  private final Http1Wire wire;
  private boolean upgrading;
  private boolean upgraded;
  private boolean interim;

  AnswerReader(Http1Wire wire) {
    this.wire = wire;
  }

  /// The next answer may end HTTP on the connection, or not.
  void expect(boolean upgrade) {
    upgrading = upgrade;
  }

  /// Whether what comes is no HTTP any more.
  boolean isUpgraded() {
    return upgraded;
  }

  /// Takes the next part.
  void read(Object part, Caller caller) {
    if (part instanceof ByteBuf bytes) {
      caller.received(bytes);
    } else if (part instanceof HttpObject http && http.decoderResult().isFailure()) {
      wire.fail(http.decoderResult().cause());
    } else if (part instanceof HttpResponse head) {
      head(head, caller);
    } else if (part instanceof HttpContent content && !upgraded) {
      content(content, caller);
    }
  }

  private void head(HttpResponse response, Caller caller) {
    var version = response.protocolVersion();
    var older = version.equals(io.netty.handler.codec.http.HttpVersion.HTTP_1_0);
    if (!older && !version.equals(io.netty.handler.codec.http.HttpVersion.HTTP_1_1)) {
      wire.fail(new IllegalStateException("a version of HTTP that is not spoken"));
      return;
    }
    var status = response.status().code();
    var fields = (MultiMap) response.headers();
    interim = status == CONTINUE || status == EARLY_HINTS;
    if (status == EARLY_HINTS) {
      caller.hinted(fields);
    } else if (!interim) {
      upgraded = upgrading && status == SWITCHING_PROTOCOLS;
      wire.answered(
          new AnswerHead(older ? HttpVersion.HTTP_1_0 : HttpVersion.HTTP_1_1, status, fields));
    }
  }

  private void content(HttpContent content, Caller caller) {
    if (content.content().isReadable()) {
      caller.received(content.content());
    }
    if (content instanceof LastHttpContent) {
      if (interim) {
        interim = false;
      } else {
        wire.ended();
      }
    }
  }
}
