package dev.cloakroom.upstream.exchange;

/// How the end of a request's body is told.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9112.html#section-6 RFC 9112, 6
public sealed interface Framing {
  /// There is no body.
  record None() implements Framing {}

  /// There are so many bytes, maybe none.
  record Length(long bytes) implements Framing {}

  /// It says itself where it ends.
  record Chunked() implements Framing {}

  /// After the head the connection is to become a WebSocket.
  record Upgrade() implements Framing {}

  Framing NONE = new None();
  Framing CHUNKED = new Chunked();
  Framing UPGRADE = new Upgrade();
}
