package dev.cloakroom.login;

import dev.cloakroom.session.SessionId;
import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Optional;

/// What a browser asked of `/auth/login`.
///
/// @param from where the navigation came from; from elsewhere, all but `provider` and `return_to`
///   is ignored
/// @param thirdParties where other sites may start a login: the gateway's own origin, on which
///   their target must lie; empty: they may not
/// @param current the session the browser is in, which the new one will replace
/// @param attempts the attempt cookies the browser sent, in order
/// @param rounds the cookie of [Rounds], as the browser sent it
public record LoginRequest(
    MultiMap parameters,
    From from,
    Optional<String> thirdParties,
    Optional<SessionId> current,
    List<AttemptCookie> attempts,
    Optional<String> rounds) {
  public LoginRequest {
    attempts = List.copyOf(attempts);
  }

  /// Where a navigation came from, as far as the browser says.
  public enum From {
    /// A page of the same origin.
    OWN_PAGE,
    /// The address bar, or an app that opened the browser.
    HERE,
    UNTOLD,
    ELSEWHERE
  }
}
