package dev.cloakroom.logout;

import java.util.Optional;

/// What a logout by an app comes to.
public sealed interface AppLogoutOutcome {
  /// The session is over, or was before.
  ///
  /// @param ticket with which `/auth/logout/continue` takes a browser to the provider, for a
  ///   minute; empty: the provider has no page for that, or nobody knows it just now
  record LoggedOut(Optional<String> ticket) implements AppLogoutOutcome {
    @Override
    public String toString() {
      return "LoggedOut[hidden]";
    }
  }

  /// The session may still be there; the app may try again.
  record StoreUnavailable() implements AppLogoutOutcome {}
}
