package dev.cloakroom.oidc;

import dev.cloakroom.crypto.Secret;
import dev.cloakroom.jose.ProofKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/// An access token by itself, such as the one a session has for another resource.
///
/// @param scope what was granted; empty when the provider did not say
/// @param value visible ASCII characters, so that it can be written into a header field as it is
/// @param issuedAt when the answer that brought it arrived
/// @param proofKey what it is bound to; empty: whoever has it can use it
/// @spec https://www.rfc-editor.org/rfc/rfc6749#section-1.4 RFC 6749, 1.4
public record AccessToken(
    Secret value,
    Set<String> scope,
    Instant issuedAt,
    Instant expiresAt,
    Optional<ProofKey> proofKey) {
  public AccessToken {
    scope = Set.copyOf(scope);
    requireVisible(value);
  }

  /// Whoever has one may write it into a header field without another look at it.
  static void requireVisible(Secret token) {
    if (!token.isVisibleAscii()) {
      throw new IllegalArgumentException("an access token is of visible ASCII characters");
    }
  }

  /// A token that is bound to nothing.
  public AccessToken(Secret value, Set<String> scope, Instant issuedAt, Instant expiresAt) {
    this(value, scope, issuedAt, expiresAt, Optional.empty());
  }

  /// True while it has more than `margin` to live.
  public boolean isFresh(Duration margin, Instant now) {
    return now.plus(margin).isBefore(expiresAt);
  }
}
