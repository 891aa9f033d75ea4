package dev.cloakroom.oidc;

import dev.cloakroom.crypto.Secret;
import dev.cloakroom.jose.ProofKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/// The tokens of one session. A refresh replaces the whole value.
///
/// @param access visible ASCII characters, so that it can be written into a header field as it is
/// @param idToken kept for `id_token_hint` only
/// @param issuedAt when the answer that brought the access token arrived
/// @param scope what was granted; empty when the provider did not say
/// @param proofKey what they are bound to; empty: whoever has them can use them
/// @spec https://www.rfc-editor.org/rfc/rfc6749#section-5.1 RFC 6749, 5.1
public record Tokens(
    Secret access,
    Optional<Secret> refresh,
    Optional<Secret> idToken,
    Set<String> scope,
    Instant issuedAt,
    Instant expiresAt,
    Optional<ProofKey> proofKey) {

  public Tokens {
    scope = Set.copyOf(scope);
    AccessToken.requireVisible(access);
  }

  /// Tokens that are bound to nothing.
  public Tokens(
      Secret access,
      Optional<Secret> refresh,
      Optional<Secret> idToken,
      Set<String> scope,
      Instant issuedAt,
      Instant expiresAt) {
    this(access, refresh, idToken, scope, issuedAt, expiresAt, Optional.empty());
  }

  /// The access token by itself.
  public AccessToken own() {
    return new AccessToken(access, scope, issuedAt, expiresAt, proofKey);
  }

  /// True while the access token has more than `margin` to live.
  public boolean isFresh(Duration margin, Instant now) {
    return now.plus(margin).isBefore(expiresAt);
  }
}
