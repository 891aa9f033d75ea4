package dev.cloakroom.login;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What `/auth/login` answers.
public sealed interface BeginOutcome {
  /// To the provider, with one more attempt cookie; `evicted` names older ones to delete, so that
  /// all of them together stay within 4 KiB.
  record Redirect(String location, AttemptCookie attempt, List<String> evicted)
      implements BeginOutcome {
    public Redirect {
      evicted = List.copyOf(evicted);
    }
  }

  /// Several providers, and none is named, or an app that may not be the one it says: the user
  /// chooses. Each choice is complete: with these parameters the login begins.
  ///
  /// @param app the app that asks, if it is one
  record Choose(List<Choice> choices, Optional<String> app) implements BeginOutcome {
    public Choose {
      choices = List.copyOf(choices);
    }
  }

  /// The address to return to is behind a proxy that asks, and the browser does not say that it was
  /// not another site that chose it: so the user says it. The login is not begun.
  ///
  /// @param provider where one was named
  record Confirm(String address, Optional<String> provider) implements BeginOutcome {}

  /// One provider to choose.
  ///
  /// @param parameters of the login endpoint, checked for this provider
  record Choice(String label, Map<String, String> parameters) {
    public Choice {
      parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }
  }

  /// Back to the app that began, which hears why there is no login.
  record ToApp(String location) implements BeginOutcome {}

  /// The browser goes round in circles: this login would end as the last one did.
  ///
  /// @param again parameters of the login endpoint that start over
  record Loop(LoopCause cause, Map<String, String> again) implements BeginOutcome {
    public Loop {
      again = Collections.unmodifiableMap(new LinkedHashMap<>(again));
    }
  }

  /// What is seen of the session whose login has just succeeded.
  enum LoopCause {
    /// Its cookie did not come back.
    NO_COOKIE,
    /// Its cookie came back, and this node does not know it, or not any more.
    SESSION_UNKNOWN,
    /// It is there: whoever asks for a login does not see it, or wants something else.
    SESSION_LIVES
  }

  record InvalidReturnTo() implements BeginOutcome {}

  /// A parameter that is malformed, repeated or not on the provider's allow-list.
  record InvalidParameter(String name) implements BeginOutcome {}

  /// The provider cannot be reached now.
  record TryLater(Duration retryAfter) implements BeginOutcome {}

  /// The provider did not take what it was asked; the log says why.
  record Refused() implements BeginOutcome {}

  /// The provider answered, but must not be used; the log says why.
  record Unusable() implements BeginOutcome {}
}
