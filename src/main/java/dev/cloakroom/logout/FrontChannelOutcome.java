package dev.cloakroom.logout;

import java.util.Optional;

/// What `GET /auth/frontchannel-logout` answers to a well-formed request. It does not say whether
/// there was a session.
public sealed interface FrontChannelOutcome {
  /// Nobody is logged in here any more whom the provider logged out.
  ///
  /// @param ancestor the origin that may frame the answer; empty for an issuer that is not ours
  record LoggedOut(Optional<String> ancestor) implements FrontChannelOutcome {}

  record StoreUnavailable() implements FrontChannelOutcome {}
}
