package dev.cloakroom.logout;

import java.util.Optional;

/// What a logout by an app comes to.
public sealed interface AppLogoutOutcome {
  /// The session is over, or was before.
  ///
  /// @param endSession where the user leaves the provider, too, without a token in it; empty: there
  ///   is no such page, or nobody knows it just now
  record LoggedOut(Optional<String> endSession) implements AppLogoutOutcome {}

  /// The session may still be there; the app may try again.
  record StoreUnavailable() implements AppLogoutOutcome {}
}
