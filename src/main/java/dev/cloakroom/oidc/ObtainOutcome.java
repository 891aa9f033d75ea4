package dev.cloakroom.oidc;

import java.time.Duration;

/// What the token endpoint made of the wish for a further access token.
public sealed interface ObtainOutcome {
  /// The token, and the session's own: with another refresh token, where the provider rotates.
  record Obtained(AccessToken token, Tokens own) implements ObtainOutcome {}

  /// `invalid_grant` for the refresh token: the user must log in again. `reason` is for the log.
  record Revoked(String reason) implements ObtainOutcome {}

  /// The provider gives no such token (`invalid_target`, or any other 4xx): the session stays.
  record Rejected(String reason) implements ObtainOutcome {}

  /// No usable answer (timeout, 5xx, 429, network): the session stays.
  record Unavailable(Duration retryAfter) implements ObtainOutcome {}
}
