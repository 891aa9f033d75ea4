package dev.cloakroom.edge;

import dev.cloakroom.proxy.Route;
import java.util.Optional;
import java.util.Set;

/// Every way into the gateway. A request matches exactly one, and the compiler asks for a handler
/// for each.
public sealed interface Endpoint {
  record Login() implements Endpoint {}

  /// An app sends its user to log in.
  record AppLogin() implements Endpoint {}

  /// An app turns its code into a session.
  record AppSession() implements Endpoint {}

  /// `/auth/callback`, or `/auth/callback/<provider>`.
  record Callback(Optional<String> provider) implements Endpoint {}

  record SessionState() implements Endpoint {}

  record SessionRefresh() implements Endpoint {}

  record OwnSessions() implements Endpoint {}

  /// `/auth/sessions/<handle>`: ending one.
  record OwnSession(String handle) implements Endpoint {}

  record Logout() implements Endpoint {}

  record LogoutContinue() implements Endpoint {}

  record LogoutCallback() implements Endpoint {}

  /// From a provider, server to server.
  record BackChannelLogout() implements Endpoint {}

  /// From a provider, through a frame in the browser.
  record FrontChannelLogout() implements Endpoint {}

  record Events() implements Endpoint {}

  /// Another proxy asks whether a request may go out.
  record Verify() implements Endpoint {}

  /// The public keys of the gateway.
  record Keys() implements Endpoint {}

  /// A configured route.
  record Call(Route route) implements Endpoint {}

  /// What no route covers: the single-page app.
  record App() implements Endpoint {}

  /// Under the base path, but no endpoint.
  record Nothing() implements Endpoint {}

  record NotAllowed(Set<String> allowed) implements Endpoint {
    public NotAllowed {
      allowed = Set.copyOf(allowed);
    }
  }
}
