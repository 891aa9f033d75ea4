package dev.cloakroom.logout;

import java.time.Duration;

/// What `POST /auth/backchannel-logout` answers.
public sealed interface BackChannelOutcome {
  /// Nobody whom the provider logged out is logged in here any more.
  record LoggedOut() implements BackChannelOutcome {}

  /// The token is not one to act on; `reason` is for the log.
  record Rejected(String reason) implements BackChannelOutcome {}

  record ProviderUnavailable(Duration retryAfter) implements BackChannelOutcome {}

  record StoreUnavailable() implements BackChannelOutcome {}
}
