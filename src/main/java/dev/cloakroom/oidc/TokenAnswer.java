package dev.cloakroom.oidc;

import dev.cloakroom.crypto.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/// What the token endpoint said.
sealed interface TokenAnswer {
  /// Tokens, as they came: none of them is trusted yet.
  record Issued(
      Secret access,
      Optional<Secret> refresh,
      Optional<Secret> idToken,
      Set<String> scope,
      Instant issuedAt,
      Instant expiresAt)
      implements TokenAnswer {
    public Issued {
      scope = Set.copyOf(scope);
    }
  }

  /// An answer with tokens that must not be used.
  record Unfit(String reason) implements TokenAnswer {}

  /// The endpoint said no. `error` is a registered code, or `other`.
  record Denied(String error) implements TokenAnswer {}

  record Unavailable(Duration retryAfter) implements TokenAnswer {}
}
