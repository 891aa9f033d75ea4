package dev.cloakroom.oidc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/// Ties an ID token to the login that asked for it. 43 characters.
///
/// @spec https://openid.net/specs/openid-connect-core-1_0.html#NonceNotes OpenID Connect Core 1.0,
///   15.5.2
public record Nonce(String value) {
  /// Compared in constant time.
  public boolean matches(@Nullable String candidate) {
    return candidate != null
        && MessageDigest.isEqual(value.getBytes(UTF_8), candidate.getBytes(UTF_8));
  }

  @Override
  public String toString() {
    return "Nonce[hidden]";
  }
}
