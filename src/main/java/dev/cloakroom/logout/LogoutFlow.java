package dev.cloakroom.logout;

import dev.cloakroom.session.SessionId;
import io.vertx.core.Future;
import java.util.Optional;

/// A logout by the user, from the button to the way back from the provider.
///
/// @spec https://openid.net/specs/openid-connect-rpinitiated-1_0.html OpenID Connect RP-Initiated
///   Logout 1.0
public interface LogoutFlow {
  /// Ends the session, if there is one, and asks the provider in the background to revoke its
  /// tokens. `returnTo` is a checked same-origin path.
  Future<LogoutOutcome> logout(Optional<SessionId> id, String returnTo);

  /// Opens the logout cookie: on to the provider, or straight home.
  Future<ContinueOutcome> proceed(Optional<String> cookie);

  /// Where the browser goes after the provider sent it back: the logout's `return_to` when `state`
  /// fits the cookie, else `/`.
  String returned(Optional<String> state, Optional<String> cookie);
}
