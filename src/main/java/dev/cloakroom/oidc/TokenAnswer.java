package dev.cloakroom.oidc;

import dev.cloakroom.crypto.Secret;
import java.time.Duration;
import java.util.Optional;

/// What the token endpoint said.
sealed interface TokenAnswer {
  /// Tokens, as they came: none of them is trusted yet.
  ///
  /// @param idTokenUnreadable an ID token came, but not one encrypted for us
  /// @param detailed it says what was granted in detail
  record Issued(Tokens tokens, boolean idTokenUnreadable, boolean detailed) implements TokenAnswer {
    Secret access() {
      return tokens.access();
    }

    Optional<Secret> idToken() {
      return tokens.idToken();
    }

    Issued withoutIdToken() {
      return new Issued(
          new Tokens(
              tokens.access(),
              tokens.refresh(),
              Optional.empty(),
              tokens.scope(),
              tokens.issuedAt(),
              tokens.expiresAt(),
              tokens.proofKey()),
          idTokenUnreadable,
          detailed);
    }
  }

  /// An answer with tokens that must not be used.
  record Unfit(String reason) implements TokenAnswer {}

  /// The endpoint said no. `error` is a registered code, or `other`.
  record Denied(String error) implements TokenAnswer {}

  record Unavailable(Duration retryAfter) implements TokenAnswer {}
}
