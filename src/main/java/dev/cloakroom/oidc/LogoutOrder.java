package dev.cloakroom.oidc;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// What came of checking a logout token.
public sealed interface LogoutOrder {
  /// The provider orders a logout: of the session `sid`, or without one, of the subject.
  ///
  /// @param forgetAt from then on the token is too old to be accepted a second time
  record Genuine(
      String issuer, Optional<String> sid, Optional<String> subject, String jti, Instant forgetAt)
      implements LogoutOrder {}

  /// A check failed; `reason` is for the log.
  record Refused(String reason) implements LogoutOrder {}

  /// The provider's metadata or keys cannot be had, so nothing can be said.
  record Unavailable(Duration retryAfter) implements LogoutOrder {}
}
