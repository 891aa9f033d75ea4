package dev.cloakroom.logout;

import java.time.Duration;

/// What `DELETE /auth/sessions/{handle}` answers.
public sealed interface EndOutcome {
  /// It is over, by this request or by one at the same time.
  record Done() implements EndOutcome {}

  /// The user has no session of that handle; others may.
  record NotFound() implements EndOutcome {}

  /// The user has to log in again first.
  record LoginTooOld(Duration maxAge) implements EndOutcome {}

  record StoreUnavailable() implements EndOutcome {}
}
