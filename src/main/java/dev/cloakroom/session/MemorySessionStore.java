package dev.cloakroom.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Keeps sessions in this process. A session goes at the nearer of its idle and its absolute
/// deadline, or when there are more than `max_sessions`. Safe from every thread; nothing blocks.
///
/// Whatever removes a session passes [#over], which says so once: to the indexes, the listeners and
/// the observer.
public final class MemorySessionStore implements SessionStore {
  private static final Duration REMEMBERED = Duration.ofMinutes(10);
  private static final int MOST_REMEMBERED = 100_000;
  private static final int MOST_CLAIMS = 200_000;
  private static final long NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final SessionSettings settings;
  private final InstantSource clock;
  private final Observer observer;
  private final SessionIndex index = new SessionIndex();
  private final Cache<SessionKey, StoredSession> sessions;
  private final Cache<SessionKey, EndCause> remembered;
  private final Cache<SessionSelector.BySid, Boolean> loggedOut;
  private final Cache<String, Instant> claims;

  public MemorySessionStore(SessionSettings settings, InstantSource clock, Observer observer) {
    this.settings = settings;
    this.clock = clock;
    this.observer = observer;
    Ticker ticker = () -> clock.millis() * NANOS;
    this.sessions =
        Caffeine.newBuilder()
            .maximumSize(settings.maxSessions())
            .ticker(ticker)
            .executor(Runnable::run) // upkeep is short, and tests see its effect at once
            .expireAfter(new Deadline(settings.idleTimeout()))
            .removalListener(this::removed)
            .build();
    this.remembered = remembering(ticker).build();
    this.loggedOut = remembering(ticker).build();
    this.claims =
        Caffeine.newBuilder()
            .maximumSize(MOST_CLAIMS)
            .ticker(ticker)
            .executor(Runnable::run)
            .expireAfter(
                Expiry.creating(
                    (String _, Instant forgetAt) -> Duration.between(clock.instant(), forgetAt)))
            .build();
  }

  private static Caffeine<Object, Object> remembering(Ticker ticker) {
    return Caffeine.newBuilder()
        .maximumSize(MOST_REMEMBERED)
        .ticker(ticker)
        .executor(Runnable::run)
        .expireAfterWrite(REMEMBERED);
  }

  @Override
  public @Nullable Session peek(SessionId id, boolean touch) {
    var stored = stored(id.key(), touch);
    return stored == null ? null : stored.session();
  }

  @Override
  public Future<Lookup> find(SessionId id, boolean touch) {
    var stored = stored(id.key(), touch);
    if (stored != null) {
      return Future.succeededFuture(new Lookup.Live(stored.session(), stored.idleExpiresAt()));
    }
    var cause = remembered.getIfPresent(id.key());
    return Future.succeededFuture(cause == null ? new Lookup.Unknown() : new Lookup.Gone(cause));
  }

  @Override
  public Future<Lookup> reread(SessionId id) {
    return find(id, false);
  }

  private @Nullable StoredSession stored(SessionKey key, boolean touch) {
    return touch ? sessions.getIfPresent(key) : sessions.policy().getIfPresentQuietly(key);
  }

  @Override
  public Future<Started> start(SessionId id, Session session, Optional<SessionKey> replaced) {
    var idleAt = clock.instant().plus(settings.idleTimeout()).toEpochMilli();
    index.add(session);
    sessions.put(session.key(), new StoredSession(session, idleAt));
    if (wasLoggedOut(session)) { // asked after storing: endAll remembers first and looks then
      withdraw(session);
      return Future.succeededFuture(new Started.LoggedOut());
    }
    observer.on(new Event.SessionStarted(session.provider(), session.handle()));
    var ended = new ArrayList<Session>();
    replaced.ifPresent(key -> remove(key, EndCause.REPLACED, ended));
    settings.maxPerUser().ifPresent(most -> makeRoom(session, most, ended));
    return Future.succeededFuture(new Started.Stored(session, ended));
  }

  private boolean wasLoggedOut(Session session) {
    var identity = session.identity();
    return identity
        .sid()
        .map(sid -> new SessionSelector.BySid(identity.issuer(), sid))
        .filter(name -> loggedOut.getIfPresent(name) != null)
        .isPresent();
  }

  private void withdraw(Session session) {
    if (sessions.asMap().remove(session.key()) != null) {
      index.remove(session);
    }
  }

  private void makeRoom(Session session, int most, List<Session> ended) {
    var identity = session.identity();
    var all = index.find(new SessionSelector.BySubject(identity.issuer(), identity.subject()));
    all.stream()
        .filter(key -> !key.equals(session.key()))
        .limit(Math.max(0, all.size() - most))
        .forEach(key -> remove(key, EndCause.EVICTED, ended));
  }

  @Override
  public Future<Replaced> replace(SessionId id, Session next) {
    var stored = stored(id.key(), false);
    return Future.succeededFuture(stored == null ? new Replaced.Gone() : stored.replace(next));
  }

  @Override
  public Future<Ended> end(SessionKey key, EndCause cause) {
    var ended = new ArrayList<Session>();
    remove(key, cause, ended);
    return Future.succeededFuture(new Ended.Done(ended));
  }

  @Override
  public Future<EndedIf> endIf(Session read, EndCause cause) {
    var stored = stored(read.key(), false);
    if (stored == null) {
      return Future.succeededFuture(new EndedIf.Done());
    }
    var current = stored.session();
    if (current.version() != read.version()) {
      return Future.succeededFuture(new EndedIf.Superseded(current));
    }
    remove(read.key(), cause, new ArrayList<>());
    return Future.succeededFuture(new EndedIf.Done());
  }

  @Override
  public Future<Ended> endAll(SessionSelector selector, EndCause cause) {
    boolean byProvider = cause == EndCause.BACK_CHANNEL || cause == EndCause.FRONT_CHANNEL;
    if (byProvider && selector instanceof SessionSelector.BySid sid) {
      loggedOut.put(sid, true); // a login of that very session may be on its way here
    }
    var ended = new ArrayList<Session>();
    index.find(selector).forEach(key -> remove(key, cause, ended));
    return Future.succeededFuture(new Ended.Done(ended));
  }

  @Override
  public Future<Listed> list(SessionSelector selector) {
    var seen = new ArrayList<Seen>();
    for (var key : index.find(selector)) {
      var stored = stored(key, false);
      if (stored != null) {
        var card = SessionCard.of(stored.session());
        seen.add(new Seen(key, card, stored.lastSeenAt(settings.idleTimeout())));
      }
    }
    return Future.succeededFuture(new Listed.Found(seen));
  }

  private void remove(SessionKey key, EndCause cause, List<Session> ended) {
    var stored = stored(key, false);
    if (stored == null) {
      return;
    }
    if (cause.remembered()) { // before it is gone, so that nobody finds neither
      remembered.asMap().putIfAbsent(key, cause);
    }
    if (sessions.asMap().remove(key, stored) && over(stored, cause)) {
      ended.add(stored.session()); // else past its deadline, or somebody else was first
    }
  }

  private void removed(
      @Nullable SessionKey key, @Nullable StoredSession stored, RemovalCause cause) {
    if (stored != null && cause.wasEvicted()) {
      boolean _ = over(stored, cause == RemovalCause.EXPIRED ? stored.expiry() : EndCause.EVICTED);
    }
  }

  private boolean over(StoredSession stored, EndCause cause) {
    var told = stored.end(cause);
    if (told.isEmpty()) {
      return false;
    }
    index.remove(stored.session());
    observer.on(new Event.SessionEnded(stored.session().handle(), cause.name(), "open"));
    told.get().forEach(listener -> tell(listener, cause));
    return true;
  }

  /// One listener's fault is not the next one's, nor that of whoever ended the session.
  private void tell(Consumer<EndCause> listener, EndCause cause) {
    try {
      listener.accept(cause);
    } catch (RuntimeException fault) {
      observer.on(new Event.Fault(Optional.empty(), fault));
    }
  }

  /// There is one node, and it lets one refresh of a session run at a time.
  @Override
  public Future<Lease> lease(SessionKey key, Duration life) {
    return Future.succeededFuture((Lease.Held) Future::succeededFuture);
  }

  @Override
  public Future<Claim> claim(String attempt, Instant forgetAt) {
    return Future.succeededFuture(
        claims.asMap().putIfAbsent(attempt, forgetAt) == null
            ? Claim.CLAIMED
            : Claim.ALREADY_CLAIMED);
  }

  @Override
  public Watch watch(SessionKey key, Consumer<EndCause> listener) {
    var stored = stored(key, false);
    if (stored != null) {
      return stored.watch(listener);
    }
    var cause = remembered.getIfPresent(key);
    listener.accept(cause == null ? EndCause.IDLE : cause);
    return () -> {};
  }

  @Override
  public Future<Void> sweep() {
    sessions.cleanUp();
    remembered.cleanUp();
    loggedOut.cleanUp();
    claims.cleanUp();
    return Future.succeededFuture();
  }

  @Override
  public long size() {
    return sessions.estimatedSize();
  }

  /// The nearer of both deadlines, in the nanoseconds Caffeine counts in. A read through the cache
  /// is a use of the session and slides it; quiet reads and writes do not.
  private static final class Deadline implements Expiry<SessionKey, StoredSession> {
    private static final Duration FINEST_STEP = Duration.ofSeconds(1);

    private final long idle;
    private final long step;

    Deadline(Duration idleTimeout) {
      this.idle = idleTimeout.toMillis();
      this.step = Math.min(FINEST_STEP.toMillis(), idle / 64);
    }

    @Override
    public long expireAfterCreate(SessionKey key, StoredSession stored, long now) {
      return left(stored, now);
    }

    @Override
    public long expireAfterUpdate(SessionKey key, StoredSession stored, long now, long current) {
      return left(stored, now);
    }

    @Override
    public long expireAfterRead(SessionKey key, StoredSession stored, long now, long current) {
      long to = now / NANOS + idle;
      if (!stored.slides(to, step)) {
        return current;
      }
      return left(stored, now);
    }

    private static long left(StoredSession stored, long now) {
      return stored.deadline() * NANOS - now;
    }
  }
}
