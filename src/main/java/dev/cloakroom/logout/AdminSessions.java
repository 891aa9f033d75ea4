package dev.cloakroom.logout;

import dev.cloakroom.session.EndCause;
import dev.cloakroom.session.Revoker;
import dev.cloakroom.session.SessionSelector;
import dev.cloakroom.session.SessionStore;
import io.vertx.core.Future;

/// Lets an administrator see and end the sessions that a selector names. Who may ask is decided
/// before.
public final class AdminSessions {
  private final SessionStore sessions;
  private final Revoker revoker;

  public AdminSessions(SessionStore sessions, Revoker revoker) {
    this.sessions = sessions;
    this.revoker = revoker;
  }

  /// What ending sessions came to.
  public sealed interface Outcome {
    /// They are over, and their tokens are being revoked where a node could open them.
    ///
    /// @param count how many there were when it was asked
    record Done(int count) implements Outcome {}

    record StoreUnavailable() implements Outcome {}
  }

  /// The live sessions, the oldest first. Slides nothing.
  public Future<SessionStore.Listed> list(SessionSelector selector) {
    return sessions.list(selector);
  }

  /// Ends them all. Counted before, because a store may end what it cannot open; asked for even
  /// where they cannot be counted, so that the store knows what to end when it is back.
  public Future<Outcome> end(SessionSelector selector) {
    return sessions
        .list(selector)
        .compose(
            listed ->
                switch (listed) {
                  case SessionStore.Listed.Found(var found) -> end(selector, found.size());
                  case SessionStore.Listed.Unavailable() -> end(selector, 0);
                });
  }

  private Future<Outcome> end(SessionSelector selector, int count) {
    return sessions
        .endAll(selector, EndCause.ADMIN)
        .map(
            ended ->
                switch (ended) {
                  case SessionStore.Ended.Done(var over) -> {
                    over.forEach(session -> revoker.ended(session, EndCause.ADMIN));
                    yield new Outcome.Done(count);
                  }
                  case SessionStore.Ended.Unavailable() -> new Outcome.StoreUnavailable();
                });
  }
}
