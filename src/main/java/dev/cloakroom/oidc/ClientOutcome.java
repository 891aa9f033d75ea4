package dev.cloakroom.oidc;

import java.time.Duration;

/// What the token endpoint made of the gateway's wish for a token of its own.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6749#section-4.4.3 RFC 6749, 4.4.3
public sealed interface ClientOutcome {
  record Granted(AccessToken token) implements ClientOutcome {}

  /// The provider gives the gateway no such token. `reason` is for the log.
  record Rejected(String reason) implements ClientOutcome {}

  /// No usable answer (timeout, 5xx, 429, network).
  record Unavailable(Duration retryAfter) implements ClientOutcome {}
}
