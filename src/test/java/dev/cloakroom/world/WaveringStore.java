package dev.cloakroom.world;

import dev.cloakroom.session.EndCause;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionId;
import dev.cloakroom.session.SessionKey;
import dev.cloakroom.session.SessionSelector;
import dev.cloakroom.session.SessionStore;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A store that can be away.
public final class WaveringStore implements SessionStore {
  private final SessionStore behind;
  private final List<SessionSelector> owed = new CopyOnWriteArrayList<>();
  private volatile boolean away;
  private volatile boolean awayAtEnd;

  public WaveringStore(SessionStore behind) {
    this.behind = behind;
  }

  public void goesAway() {
    away = true;
  }

  /// Goes away with the next end of many, before that is carried out.
  public void goesAwayAtTheNextEnd() {
    awayAtEnd = true;
  }

  public void comesBack() {
    away = false;
    awayAtEnd = false;
  }

  /// Whom it was asked to end while it was away.
  public List<SessionSelector> owed() {
    return List.copyOf(owed);
  }

  @Override
  public @Nullable Session peek(SessionId id, boolean touch) {
    return away ? null : behind.peek(id, touch);
  }

  @Override
  public Future<Lookup> find(SessionId id, boolean touch) {
    return away ? Future.succeededFuture(new Lookup.Unavailable()) : behind.find(id, touch);
  }

  @Override
  public Future<Lookup> reread(SessionId id) {
    return away ? Future.succeededFuture(new Lookup.Unavailable()) : behind.reread(id);
  }

  @Override
  public Future<Started> start(SessionId id, Session session, Optional<SessionKey> replaced) {
    return away
        ? Future.succeededFuture(new Started.Unavailable())
        : behind.start(id, session, replaced);
  }

  @Override
  public Future<Redeemed> redeem(SessionId id, Session session, SessionKey waiting) {
    return away
        ? Future.succeededFuture(new Redeemed.Unavailable())
        : behind.redeem(id, session, waiting);
  }

  @Override
  public Future<Replaced> replace(SessionId id, Session next) {
    return away ? Future.succeededFuture(new Replaced.Unavailable()) : behind.replace(id, next);
  }

  @Override
  public Future<Ended> end(SessionKey key, EndCause cause) {
    return away ? Future.succeededFuture(new Ended.Unavailable()) : behind.end(key, cause);
  }

  @Override
  public Future<EndedIf> endIf(Session read, EndCause cause) {
    return away ? Future.succeededFuture(new EndedIf.Unavailable()) : behind.endIf(read, cause);
  }

  @Override
  public Future<Ended> endAll(SessionSelector selector, EndCause cause) {
    away |= awayAtEnd;
    if (away) {
      owed.add(selector);
      return Future.succeededFuture(new Ended.Unavailable());
    }
    return behind.endAll(selector, cause);
  }

  @Override
  public Future<Listed> list(SessionSelector selector) {
    return away ? Future.succeededFuture(new Listed.Unavailable()) : behind.list(selector);
  }

  @Override
  public Future<Lease> lease(SessionKey key, Duration life) {
    return away ? Future.succeededFuture(new Lease.Unavailable()) : behind.lease(key, life);
  }

  @Override
  public Future<Claim> claim(String attempt, Instant forgetAt) {
    return away ? Future.succeededFuture(Claim.UNAVAILABLE) : behind.claim(attempt, forgetAt);
  }

  @Override
  public Future<Claimed> claimed(String attempt) {
    return away ? Future.succeededFuture(Claimed.UNAVAILABLE) : behind.claimed(attempt);
  }

  @Override
  public Watch watch(SessionKey key, Consumer<EndCause> listener) {
    return behind.watch(key, listener);
  }

  @Override
  public Future<Void> sweep() {
    return behind.sweep();
  }

  @Override
  public long size() {
    return behind.size();
  }
}
