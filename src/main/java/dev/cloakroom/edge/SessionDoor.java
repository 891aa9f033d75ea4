package dev.cloakroom.edge;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.cloakroom.limit.Allowance;
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
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// From a session cookie to its session. Ids that led nowhere are remembered for a while, so that a
/// flood of them costs the store nothing. Shared by all event loops.
final class SessionDoor {
  private static final Duration REMEMBERED = Duration.ofSeconds(30);
  private static final int MAX_REMEMBERED = 100_000;

  private final SessionStore store;
  private final Allowance unknown;
  private final Cache<SessionKey, Lookup> deadEnds;

  /// Opens the way to a store.
  ///
  /// @param unknown how many ids of a client may lead nowhere
  SessionDoor(SessionStore store, Allowance unknown, InstantSource clock) {
    this.store = store;
    this.unknown = unknown;
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

  /// Why the store is not asked: too many ids of this client led nowhere. What is known already is
  /// answered all the same.
  Optional<Problem> refusal(Request request, SessionId id) {
    return unknown
        .untilAllowed(request.sender())
        .filter(_ -> deadEnds.getIfPresent(id.key()) == null && store.peek(id, false) == null)
        .map(wait -> Refusals.rateLimited("unknown sessions", wait));
  }

  /// Looks the session up; continues on the request's event loop.
  Future<Lookup> find(Request request, SessionId id, boolean touch) {
    var key = id.key();
    var known = deadEnds.getIfPresent(key);
    if (known != null) {
      return Future.succeededFuture(known);
    }
    return request.home(store.find(id, touch)).map(found -> remember(request, key, found));
  }

  SessionStore.Watch watch(Session session, Consumer<EndCause> listener) {
    return store.watch(session.key(), listener);
  }

  private Lookup remember(Request request, SessionKey key, Lookup found) {
    if (found instanceof Lookup.Unknown) {
      unknown.spend(request.sender());
    }
    switch (found) {
      case Lookup.Unknown _, Lookup.Gone _ -> deadEnds.put(key, found);
      case Lookup.Live _, Lookup.Unavailable _ -> {}
    }
    return found;
  }
}
