package dev.cloakroom.oidc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/// Ties a callback to the login that this browser started. 256 bits, base64url.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6749#section-10.12 RFC 6749, 10.12
public record State(String value) {
  /// Compared in constant time.
  public boolean matches(@Nullable String candidate) {
    return candidate != null
        && MessageDigest.isEqual(value.getBytes(UTF_8), candidate.getBytes(UTF_8));
  }

  @Override
  public String toString() {
    return "State[hidden]";
  }
}
