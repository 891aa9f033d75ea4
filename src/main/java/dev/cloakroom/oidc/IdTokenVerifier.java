package dev.cloakroom.oidc;

import dev.cloakroom.crypto.Secret;
import dev.cloakroom.jose.Verification;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;

/// An ID token from its signature to its last claim: [TokenVerifier], then [IdToken].
final class IdTokenVerifier {
  private final TokenVerifier signatures;
  private final InstantSource clock;

  IdTokenVerifier(TokenVerifier signatures, InstantSource clock) {
    this.signatures = signatures;
    this.clock = clock;
  }

  sealed interface Outcome {
    record Accepted(IdToken.Checked.Accepted token, JsonObject claims) implements Outcome {
      @Override
      public String toString() {
        return "Accepted";
      }
    }

    /// A check failed; `reason` is for the log.
    record Refused(String reason) implements Outcome {}

    /// The provider's keys cannot be had, so nothing can be said.
    record KeysUnavailable() implements Outcome {}
  }

  Future<Outcome> verify(Secret idToken, Optional<URI> jwks, IdToken.Expected expected) {
    return signatures
        .verify(idToken.reveal(), jwks, IdToken.TYPES)
        .map(verification -> judge(verification, expected));
  }

  private Outcome judge(Optional<Verification> verification, IdToken.Expected expected) {
    if (verification.isEmpty()) {
      return new Outcome.KeysUnavailable();
    }
    return switch (verification.get()) {
      case Verification.Forged(var reason) -> refused(reason);
      case Verification.UnknownKey _ -> new Outcome.Refused("id_token_key_unknown");
      case Verification.Genuine genuine ->
          switch (IdToken.check(genuine, expected, clock.instant())) {
            case IdToken.Checked.Refused(var reason) -> refused(reason);
            case IdToken.Checked.Accepted accepted ->
                new Outcome.Accepted(accepted, genuine.claims());
          };
    };
  }

  private static Outcome refused(Enum<?> reason) {
    return new Outcome.Refused("id_token_" + reason.name().toLowerCase(Locale.ROOT));
  }
}
