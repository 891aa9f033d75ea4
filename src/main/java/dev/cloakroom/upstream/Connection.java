package dev.cloakroom.upstream;

import dev.cloakroom.upstream.exchange.Caller;
import dev.cloakroom.upstream.exchange.RequestHead;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/// What one call is lent: an HTTP/1.1 connection for itself, or a stream of an HTTP/2 connection.
/// Belongs to one event loop.
public sealed interface Connection permits Http1Connection, Http2Stream {
  /// Begins a request; the caller is told, at once or later, when it can go.
  void begin(Caller caller);

  /// Sends the head of the request, with what there is of its body.
  ///
  /// @param last whether that is all of the body
  void send(RequestHead head, @Nullable Buffer body, boolean last);

  /// Sends more of the body, or of what follows an upgrade.
  void write(Buffer chunk);

  /// Sends the end of the body.
  void end();

  /// Whether more can be sent now; where not, the caller is told later.
  boolean isWritable();

  /// Tells the caller nothing more of the answer, and reads nothing more, until [#resume].
  void pause();

  /// Goes on after [#pause].
  void resume();

  HttpVersion version();

  /// Whether the connection has carried an answer before, so that the target may be closing it
  /// right now.
  boolean reused();

  /// Gives it back. Only after a complete request and a complete answer.
  void release();

  /// Ends it, whatever is under way on it: the connection, or of HTTP/2 the stream alone. The
  /// caller is told nothing more.
  void discard();

  /// It became a tunnel or an endless stream, which must not use up the pool.
  void detach();

  /// Whether a loss means that the target has not begun with the request, so that any request may
  /// go out again.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc9113#section-8.7 RFC 9113, 8.7
  boolean neverProcessed(Throwable cause);
}
