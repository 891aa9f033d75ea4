package dev.cloakroom.oidc;

import dev.cloakroom.crypto.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/// The tokens of one session. A refresh replaces the whole value.
///
/// @param idToken kept for `id_token_hint` only
/// @param issuedAt when the answer that brought the access token arrived
/// @param scope what was granted; empty when the provider did not say
/// @spec https://www.rfc-editor.org/rfc/rfc6749#section-5.1 RFC 6749, 5.1
public record Tokens(
    Secret access,
    Optional<Secret> refresh,
    Optional<Secret> idToken,
    Set<String> scope,
    Instant issuedAt,
    Instant expiresAt) {

  public Tokens {
    scope = Set.copyOf(scope);
  }

  /// True while the access token has more than `margin` to live.
  public boolean isFresh(Duration margin, Instant now) {
    return now.plus(margin).isBefore(expiresAt);
  }
}
