package dev.cloakroom.login;

import java.time.Duration;
import java.util.List;

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

  record InvalidReturnTo() implements BeginOutcome {}

  /// A parameter that is malformed, repeated or not on the provider's allow-list.
  record InvalidParameter(String name) implements BeginOutcome {}

  /// The provider cannot be reached now.
  record TryLater(Duration retryAfter) implements BeginOutcome {}

  /// The provider answered, but must not be used; the log says why.
  record Unusable() implements BeginOutcome {}
}
