package dev.cloakroom.token;

import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import dev.cloakroom.session.Revoker;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionId;
import dev.cloakroom.session.SessionKey;
import dev.cloakroom.session.SessionStore;
import dev.cloakroom.session.SessionStore.Replaced;
import dev.cloakroom.session.Timers;
import io.vertx.core.Future;
import io.vertx.core.Promise;
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

  /// Short, because a store that is back holds other nodes off for two seconds only.
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private final SessionStore sessions;
  private final Revoker revoker;
  private final InstantSource clock;
  private final Timers timers;
  private final Observer observer;
  private final Map<SessionKey, Unsaved> unsaved = new ConcurrentHashMap<>();

  UnsavedTokens(
      SessionStore sessions,
      Revoker revoker,
      InstantSource clock,
      Timers timers,
      Observer observer) {
    this.sessions = sessions;
    this.revoker = revoker;
    this.clock = clock;
    this.timers = timers;
    this.observer = observer;
  }

  Optional<Session> of(SessionKey key) {
    return Optional.ofNullable(unsaved.get(key)).map(Unsaved::next);
  }

  /// Completes when nothing of this session waits to be stored any more: at once, as a rule.
  Future<Void> stored(SessionKey key) {
    var waiting = unsaved.get(key);
    return waiting == null ? Future.succeededFuture() : waiting.over.future();
  }

  /// Stores `next`; when the store is away, keeps it and goes on trying in the background.
  Future<Replaced> save(SessionId id, Session next) {
    return Future.succeededFuture()
        .compose(_ -> sessions.replace(id, next))
        .recover(this::fault)
        .onSuccess(answer -> noted(id, next, answer));
  }

  /// A fault on the way to the store is no reason to lose the tokens either.
  private Future<Replaced> fault(Throwable fault) {
    observer.on(new Event.Fault(Optional.empty(), fault));
    return Future.succeededFuture(new Replaced.Unavailable());
  }

  private void noted(SessionId id, Session next, Replaced answer) {
    switch (answer) {
      case Replaced.Stored _, Replaced.Superseded _ -> forget(next.key());
      case Replaced.Gone() -> { // the end wins: nobody may use the new tokens
        forget(next.key());
        revoker.revoke(next);
      }
      case Replaced.Unavailable() -> keep(id, next);
    }
  }

  private void keep(SessionId id, Session next) {
    if (unsaved.putIfAbsent(next.key(), new Unsaved(id, next, Promise.promise())) == null) {
      retryAfter(FIRST_PAUSE, id, next);
    }
  }

  private void forget(SessionKey key) {
    var kept = unsaved.remove(key);
    if (kept != null) {
      kept.over.complete();
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
      forget(next.key());
      revoker.revoke(next);
      return;
    }
    var doubled = pause.multipliedBy(2);
    var longer = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
    save(id, next)
        .onSuccess(
            answer -> {
              if (answer instanceof Replaced.Unavailable) {
                retryAfter(longer, id, next);
              }
            });
  }

  /// Offers all of them at once, and completes when the store has taken every one.
  Future<Void> settled() {
    var waiting = List.copyOf(unsaved.values());
    var tries = waiting.stream().map(one -> save(one.id, one.next)).toList();
    return Future.join(tries)
        .compose(_ -> Future.join(waiting.stream().map(one -> one.over.future()).toList()))
        .mapEmpty();
  }

  private record Unsaved(SessionId id, Session next, Promise<Void> over) {}
}
