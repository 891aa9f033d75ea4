package dev.cloakroom.token;

import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import dev.cloakroom.session.SessionKey;
import dev.cloakroom.session.SessionStore;
import dev.cloakroom.session.SessionStore.Lease;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The leases this node holds on refreshes. Nobody waits for one to be given back, except the end
/// of the process: one that is not given back expires, but costs the other nodes a wait.
final class Leases {
  private final SessionStore sessions;
  private final Observer observer;
  private final Set<Future<Void>> returning = ConcurrentHashMap.newKeySet();

  Leases(SessionStore sessions, Observer observer) {
    this.sessions = sessions;
    this.observer = observer;
  }

  Future<Lease> take(SessionKey key, Duration life) {
    return sessions.lease(key, life);
  }

  void giveBack(Lease.Held held) {
    var given = Future.succeededFuture().compose(_ -> held.release());
    returning.add(given);
    given
        .onFailure(fault -> observer.on(new Event.Fault(Optional.empty(), fault)))
        .onComplete(_ -> returning.remove(given));
  }

  /// When all that were given back so far have arrived, or failed to.
  Future<Void> settled() {
    return Future.join(List.copyOf(returning)).<Void>mapEmpty().otherwiseEmpty();
  }
}
