package dev.cloakroom.edge;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.cloakroom.session.EndCause;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionId;
import dev.cloakroom.session.SessionKey;
import dev.cloakroom.session.SessionStore;
import dev.cloakroom.session.SessionStore.Lookup;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// From a session cookie to its session. Ids that led nowhere are remembered for a while, so that a
/// flood of them costs the store nothing. Shared by all event loops.
final class SessionDoor {
  private static final Duration REMEMBERED = Duration.ofSeconds(30);
  private static final int MAX_REMEMBERED = 100_000;

  private final SessionStore store;
  private final Cache<SessionKey, Lookup> deadEnds;

  SessionDoor(SessionStore store, InstantSource clock) {
    this.store = store;
    this.deadEnds = bounded(MAX_REMEMBERED, REMEMBERED, clock);
  }

  static <V> Cache<SessionKey, V> bounded(int size, Duration life, InstantSource clock) {
    return Caffeine.newBuilder()
        .maximumSize(size)
        .expireAfterWrite(life)
        .ticker(() -> Duration.between(Instant.EPOCH, clock.instant()).toNanos())
        .build();
  }

  /// The hot path: the live session, when it can be had at once. Null means "ask [#find]".
  @Nullable Session peek(SessionId id, boolean touch) {
    return store.peek(id, touch);
  }

  /// Looks the session up; continues on the request's event loop.
  Future<Lookup> find(Request request, SessionId id, boolean touch) {
    var key = id.key();
    var known = deadEnds.getIfPresent(key);
    if (known != null) {
      return Future.succeededFuture(known);
    }
    return request.home(store.find(id, touch)).map(found -> remember(key, found));
  }

  SessionStore.Watch watch(Session session, Consumer<EndCause> listener) {
    return store.watch(session.key(), listener);
  }

  private Lookup remember(SessionKey key, Lookup found) {
    switch (found) {
      case Lookup.Unknown _, Lookup.Gone _ -> deadEnds.put(key, found);
      case Lookup.Live _, Lookup.Unavailable _ -> {}
    }
    return found;
  }
}
