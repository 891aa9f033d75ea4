package dev.cloakroom.oidc;

import dev.cloakroom.jose.SignedJwt;
import dev.cloakroom.jose.Verification;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// An authorization response that is one signed token: signature, issuer, audience, expiry. What it
/// says is then checked like any other response. Where a provider is to sign, nothing unsigned is
/// read.
///
/// @spec https://openid.net/specs/oauth-v2-jarm-final.html#section-2.4 JARM, 2.4
public final class SignedResponse {
  private static final String PARAMETER = "response";
  private static final Set<String> TYPES = Set.of("jwt");

  private final ProviderSettings settings;
  private final TokenVerifier signatures;
  private final InstantSource clock;

  SignedResponse(ProviderSettings settings, TokenVerifier signatures, InstantSource clock) {
    this.settings = settings;
    this.signatures = signatures;
    this.clock = clock;
  }

  /// The parameters of a response, out of their signature.
  public sealed interface Outcome {
    record Opened(MultiMap parameters) implements Outcome {
      @Override
      public String toString() {
        return "Opened";
      }
    }

    /// A check failed; `reason` is for the log.
    record Refused(String reason) implements Outcome {}

    /// The provider's keys cannot be had.
    record Unavailable(Duration retryAfter) implements Outcome {}
  }

  /// The state that a response names, signed or not. It finds the attempt, and proves nothing.
  public static Optional<String> state(MultiMap parameters) {
    return Optional.ofNullable(parameters.get("state"))
        .or(
            () ->
                Optional.ofNullable(parameters.get(PARAMETER))
                    .flatMap(SignedJwt::unverifiedClaims)
                    .flatMap(claims -> new Claims(claims).text("state")));
  }

  Future<Outcome> open(MultiMap parameters, Optional<URI> jwks) {
    if (!settings.responseMode().isSigned()) {
      return Future.succeededFuture(new Outcome.Opened(parameters));
    }
    var signed = parameters.getAll(PARAMETER);
    return signed.size() == 1
        ? signatures.verify(signed.getFirst(), jwks, TYPES).map(this::judge)
        : Future.succeededFuture(new Outcome.Refused("response_not_signed"));
  }

  private Outcome judge(Optional<Verification> verification) {
    return switch (verification.orElse(null)) {
      case null -> new Outcome.Unavailable(settings.timeout());
      case Verification.UnknownKey _ -> new Outcome.Refused("response_key_unknown");
      case Verification.Forged(var reason) ->
          new Outcome.Refused("response_" + reason.name().toLowerCase(Locale.ROOT));
      case Verification.Genuine(var claims, _) ->
          problem(new Claims(claims))
              .<Outcome>map(problem -> new Outcome.Refused("response_" + problem))
              .orElseGet(() -> new Outcome.Opened(parameters(claims)));
    };
  }

  private Optional<String> problem(Claims claims) {
    if (claims.text("iss").filter(settings.issuer()::equals).isEmpty()) {
      return Optional.of("issuer");
    }
    var audiences = claims.audiences();
    if (audiences.isEmpty() || !audiences.stream().allMatch(settings.clientId()::equals)) {
      return Optional.of("audience");
    }
    var now = clock.instant();
    return claims
            .instant("exp")
            .filter(exp -> exp.plus(settings.clockSkew()).isAfter(now))
            .isEmpty()
        ? Optional.of("expiry")
        : Optional.empty();
  }

  private static MultiMap parameters(JsonObject claims) {
    var parameters = MultiMap.caseInsensitiveMultiMap();
    claims.forEach(
        claim -> {
          if (claim.getValue() instanceof String text) {
            parameters.add(claim.getKey(), text);
          }
        });
    return parameters;
  }
}
