package dev.cloakroom.token;

import dev.cloakroom.session.Session;
import java.time.Duration;

/// Whether an API call may go out, and with which session.
public sealed interface TokenOutcome {
  record Ready(Session session) implements TokenOutcome {}

  /// The session is gone: the provider refused its refresh token, or nobody remembers why.
  record LoginRequired() implements TokenOutcome {}

  /// Somebody ended the session meanwhile.
  record Ended() implements TokenOutcome {}

  /// The provider gave no usable answer and the old token has expired. The session stays.
  record TryLater(Duration retryAfter) implements TokenOutcome {}

  /// The provider refuses the gateway. The session stays.
  record ProviderRejected() implements TokenOutcome {}

  record StoreUnavailable() implements TokenOutcome {}
}
