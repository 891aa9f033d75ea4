package dev.cloakroom.token;

import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionId;
import dev.cloakroom.session.SessionKey;
import dev.cloakroom.session.SessionStore;
import dev.cloakroom.session.SessionStore.Replaced;
import dev.cloakroom.session.Timers;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// New tokens that the store could not take. A provider that rotates has already spent the old
/// ones, so losing these would lose the login: they stay here and are offered again until the store
/// takes them or the session would be over anyway. No refresh starts while the store is down, so
/// there are never more of them than refreshes were under way when it went down.
final class UnsavedTokens {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final SessionStore sessions;
  private final InstantSource clock;
  private final Timers timers;
  private final Map<SessionKey, Unsaved> unsaved = new ConcurrentHashMap<>();

  UnsavedTokens(SessionStore sessions, InstantSource clock, Timers timers) {
    this.sessions = sessions;
    this.clock = clock;
    this.timers = timers;
  }

  Optional<Session> of(SessionKey key) {
    return Optional.ofNullable(unsaved.get(key)).map(Unsaved::next);
  }

  /// Stores `next`; when the store is away, keeps it and goes on trying in the background.
  Future<Replaced> save(SessionId id, Session next) {
    return sessions.replace(id, next).onSuccess(answer -> noted(id, next, answer));
  }

  private void noted(SessionId id, Session next, Replaced answer) {
    if (!(answer instanceof Replaced.Unavailable)) {
      unsaved.remove(next.key());
    } else if (unsaved.putIfAbsent(next.key(), new Unsaved(id, next)) == null) {
      retryAfter(FIRST_PAUSE, id, next);
    }
  }

  private void retryAfter(Duration pause, SessionId id, Session next) {
    timers.after(pause, () -> retry(pause, id, next));
  }

  private void retry(Duration pause, SessionId id, Session next) {
    if (of(next.key()).isEmpty()) {
      return; // a caller got it stored
    }
    if (!clock.instant().isBefore(next.expiresAt())) {
      unsaved.remove(next.key());
      return;
    }
    var doubled = pause.multipliedBy(2);
    var longer = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
    save(id, next)
        .onComplete(
            answer -> {
              if (answer.failed() || answer.result() instanceof Replaced.Unavailable) {
                retryAfter(longer, id, next);
              }
            });
  }

  /// One more try for each, at once: for the end of the process.
  Future<Void> saveAll() {
    var tries = List.copyOf(unsaved.values()).stream().map(one -> save(one.id, one.next)).toList();
    return Future.join(tries).mapEmpty();
  }

  private record Unsaved(SessionId id, Session next) {}
}
