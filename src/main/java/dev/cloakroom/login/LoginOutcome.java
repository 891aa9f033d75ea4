package dev.cloakroom.login;

import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionId;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What `/auth/callback` answers. `spent` names the attempt cookie that is of no more use.
public sealed interface LoginOutcome {
  /// There is a session.
  ///
  /// @param rounds the cookie of [Rounds] that goes with it
  record SignedIn(SessionId id, Session session, String returnTo, String spent, String rounds)
      implements LoginOutcome {}

  /// Back to the app that began the login, with a code or an error. The browser keeps nothing.
  record ToApp(String location, String spent) implements LoginOutcome {
    @Override
    public String toString() {
      return "ToApp[hidden]";
    }
  }

  /// The user took another way: on with a login of the same app, which these parameters begin.
  record AppGoesOn(Map<String, String> parameters, String spent) implements LoginOutcome {
    public AppGoesOn {
      parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }
  }

  /// No attempt of this browser fits: wrong, missing, expired, reused or foreign state.
  record StateMismatch(Optional<String> spent) implements LoginOutcome {}

  /// The provider said no, or its answer failed a check. `error` is a registered code when the
  /// provider named one and may be shown; the log has the reason.
  record Rejected(Optional<String> error, String returnTo, String spent) implements LoginOutcome {}

  /// The user went back: there is no session, and nothing went wrong.
  record GoneBack(String returnTo, String spent) implements LoginOutcome {}

  /// The user took another way: on with a login at `provider`.
  record GoOn(String provider, String returnTo, String spent) implements LoginOutcome {}

  /// The provider or the store gave no usable answer; the user may start again.
  record TryLater(Duration retryAfter, boolean storeUnavailable, String spent)
      implements LoginOutcome {}
}
