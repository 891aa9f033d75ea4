package dev.cloakroom.login.app;

import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionId;

/// What came of an app's code.
public sealed interface RedemptionOutcome {
  /// The app has a session; `id` is what it shows from now on.
  record Begun(SessionId id, Session session) implements RedemptionOutcome {}

  /// A parameter that is missing, repeated or malformed.
  record InvalidParameter(String name) implements RedemptionOutcome {}

  /// Unknown, too old, redeemed before, or not for whoever shows it: nobody is told which.
  record InvalidCode() implements RedemptionOutcome {}

  record StoreUnavailable() implements RedemptionOutcome {}
}
