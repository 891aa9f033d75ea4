package dev.cloakroom.oidc;

import dev.cloakroom.crypto.Secret;
import java.time.Duration;
import java.util.Optional;

/// What the token endpoint said.
sealed interface TokenAnswer {
  /// The tokens that came, whatever becomes of them.
  default Optional<Tokens> brought() {
    return switch (this) {
      case Issued(var tokens, _, _) -> Optional.of(tokens);
      case Unfit(_, var tokens) -> tokens;
      case Denied _, Unavailable _ -> Optional.empty();
    };
  }

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
  ///
  /// @param tokens as far as they can be read
  record Unfit(String reason, Optional<Tokens> tokens) implements TokenAnswer {
    Unfit(String reason) {
      this(reason, Optional.empty());
    }
  }

  /// The endpoint said no. `error` is a registered code, or `other`.
  record Denied(String error) implements TokenAnswer {}

  record Unavailable(Duration retryAfter) implements TokenAnswer {}
}
