package dev.cloakroom.logout;

import dev.cloakroom.session.EndCause;
import dev.cloakroom.session.FrontEnd;
import dev.cloakroom.session.Revoker;
import dev.cloakroom.session.SessionSelector;
import dev.cloakroom.session.SessionStore;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Lets an administrator see and end the sessions that a selector names, at every front end. Who
/// may ask is decided before.
public final class AdminSessions {
  private final SessionStore sessions;
  private final Revoker revoker;
  private final List<FrontEnd> frontEnds;

  public AdminSessions(SessionStore sessions, Revoker revoker, List<FrontEnd> frontEnds) {
    this.frontEnds = List.copyOf(frontEnds);
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
    return Future.all(frontEnds.stream().map(at -> sessions.list(selector.at(at))).toList())
        .map(all -> together(all.<SessionStore.Listed>list()));
  }

  private static SessionStore.Listed together(List<SessionStore.Listed> everywhere) {
    var seen = new ArrayList<SessionStore.Seen>();
    for (var listed : everywhere) {
      switch (listed) {
        case SessionStore.Listed.Found(var found) -> seen.addAll(found);
        case SessionStore.Listed.Unavailable away -> {
          return away;
        }
      }
    }
    seen.sort(Comparator.comparing(each -> each.card().startedAt()));
    return new SessionStore.Listed.Found(seen);
  }

  /// Ends them all. Counted before, because a store may end what it cannot open; asked for even
  /// where they cannot be counted, so that the store knows what to end when it is back.
  public Future<Outcome> end(SessionSelector selector) {
    return list(selector)
        .compose(
            listed ->
                switch (listed) {
                  case SessionStore.Listed.Found(var found) -> end(selector, found.size());
                  case SessionStore.Listed.Unavailable() -> end(selector, 0);
                });
  }

  private Future<Outcome> end(SessionSelector selector, int count) {
    return Future.all(
            frontEnds.stream()
                .map(at -> sessions.endAll(selector.at(at), EndCause.ADMIN).map(this::revoked))
                .toList())
        .map(
            all ->
                all.<Boolean>list().contains(false)
                    ? new Outcome.StoreUnavailable()
                    : new Outcome.Done(count));
  }

  /// False when the store is away.
  private boolean revoked(SessionStore.Ended ended) {
    return switch (ended) {
      case SessionStore.Ended.Done(var over) -> {
        over.forEach(session -> revoker.ended(session, EndCause.ADMIN));
        yield true;
      }
      case SessionStore.Ended.Unavailable() -> false;
    };
  }
}
