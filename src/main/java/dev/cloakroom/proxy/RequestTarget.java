package dev.cloakroom.proxy;

import org.jspecify.annotations.Nullable;

/// The target of a request line, accepted or refused. What is accepted is matched and forwarded as
/// the very same bytes.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9112#section-3.2 RFC 9112, 3.2
public sealed interface RequestTarget {
  /// A path that means one thing to everyone.
  ///
  /// @param encodedSlash the path holds `%2F`; only routes with `encoded_slashes: pass` take it
  record Accepted(String path, @Nullable String query, boolean encodedSlash)
      implements RequestTarget {}

  /// `invalid_request_path`.
  record Refused(String reason) implements RequestTarget {}
}
