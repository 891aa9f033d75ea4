package dev.cloakroom.upstream;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import org.jspecify.annotations.Nullable;

/// What one call is lent: an HTTP/1.1 connection for itself, or a stream of an HTTP/2 connection.
/// Belongs to one event loop.
public sealed interface Connection permits Http1Connection, Http2Stream {
  /// A request whose method, target and fields the caller sets.
  Future<HttpClientRequest> request();

  /// Whether the connection has carried an answer before, so that the target may be closing it
  /// right now.
  boolean reused();

  /// The head of the answer came.
  void answered(HttpClientResponse from);

  /// Gives it back. Only after a complete request and a complete answer.
  void release();

  /// Ends it, whatever is under way on it: the connection, or of HTTP/2 the stream alone.
  void discard();

  /// It became a tunnel or an endless stream, which must not use up the pool.
  void detach();

  /// Whether a request or an answer is under way on it.
  boolean isBusy();

  /// The fields after the answer's body; null where there are none, or none that are relayed. Known
  /// when the answer has ended.
  @Nullable MultiMap trailers();

  /// Whether a loss means that the target has not begun with the request, so that any request may
  /// go out again.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc9113#section-8.7 RFC 9113, 8.7
  boolean neverProcessed(Throwable cause);
}
