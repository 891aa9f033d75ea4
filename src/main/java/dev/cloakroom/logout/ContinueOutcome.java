package dev.cloakroom.logout;

/// What `GET /auth/logout/continue` answers: a redirect in any case.
public sealed interface ContinueOutcome {
  /// To the provider's end-session endpoint. `cookie` is the sealed value of the cookie that
  /// `/auth/logout/callback` wants to see; the location may hold an ID token and is never logged.
  record ToProvider(String location, String cookie) implements ContinueOutcome {
    @Override
    public String toString() {
      return "ToProvider[hidden]";
    }
  }

  /// The provider has no such endpoint, or the logout cookie is missing or stale.
  record Home(String returnTo) implements ContinueOutcome {}
}
