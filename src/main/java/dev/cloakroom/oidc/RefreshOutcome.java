package dev.cloakroom.oidc;

import java.time.Duration;

/// What the token endpoint made of a refresh token.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6749#section-5.2 RFC 6749, 5.2
public sealed interface RefreshOutcome {
  /// New tokens, with the old refresh and ID token kept where the provider did not repeat them.
  record Renewed(Tokens tokens) implements RefreshOutcome {}

  /// `invalid_grant`, or an ID token of somebody else: the user must log in again. `reason` is for
  /// the log.
  record Revoked(String reason) implements RefreshOutcome {}

  /// The provider refuses the gateway itself (any other 4xx): the session stays, an operator is
  /// needed.
  record Rejected(String reason) implements RefreshOutcome {}

  /// No usable answer (timeout, 5xx, 429, network): the session stays.
  record Unavailable(Duration retryAfter) implements RefreshOutcome {}
}
