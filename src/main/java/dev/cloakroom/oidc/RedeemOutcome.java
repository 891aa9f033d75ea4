package dev.cloakroom.oidc;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// What the token endpoint made of an authorization code, after every check of the ID token.
public sealed interface RedeemOutcome {
  /// Genuine: a session may start.
  ///
  /// @param claims the claims of the ID token, with those of UserInfo where it was asked
  /// @param sessionExpiry when the provider wants the session to be over; in the future
  record Granted(
      Tokens tokens,
      Identity identity,
      JsonObject claims,
      Optional<Instant> authTime,
      Optional<String> acr,
      Optional<Instant> sessionExpiry)
      implements RedeemOutcome {}

  /// The answer failed a check, or the provider said no. `reason` is for the log.
  record Refused(String reason) implements RedeemOutcome {}

  /// No usable answer. The code may be spent, so it is never sent again.
  record Unavailable(Duration retryAfter) implements RedeemOutcome {}
}
