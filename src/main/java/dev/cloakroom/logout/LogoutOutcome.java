package dev.cloakroom.logout;

/// What `POST /auth/logout` answers.
public sealed interface LogoutOutcome {
  /// The session is over, or there was none. `cookie` is the sealed value of the one-minute logout
  /// cookie with which `/auth/logout/continue` works, once.
  record LoggedOut(String cookie) implements LogoutOutcome {
    @Override
    public String toString() {
      return "LoggedOut[hidden]";
    }
  }

  record StoreUnavailable() implements LogoutOutcome {}
}
