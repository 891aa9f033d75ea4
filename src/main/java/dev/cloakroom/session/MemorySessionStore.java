package dev.cloakroom.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Gatherers;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// Keeps sessions in this process. A session goes at the nearer of its idle and its absolute
/// deadline, or when there are more than `max_sessions`. Safe from every thread; nothing blocks.
///
/// Whatever removes a session passes [#over], which says so once: to the indexes, the listeners and
/// the observer.
public final class MemorySessionStore implements SessionStore {
  private static final long NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final int AT_ONCE = 256;

  private final SessionSettings settings;
  private final InstantSource clock;
  private final Observer observer;
  private final SessionIndex index = new SessionIndex();
  private final Cache<SessionKey, StoredSession> sessions;
  private final Policy<SessionKey, StoredSession> quietly;
  private final StoredSession.Deadline deadline;
  private final Watches watches;
  private final Tombstones tombstones;
  private final Optional<SessionSeal> seal;

  /// A store that ends with the process.
  public MemorySessionStore(SessionSettings settings, InstantSource clock, Observer observer) {
    this(settings, clock, observer, Optional.empty());
  }

  /// Makes a store.
  ///
  /// @param seal for a store that can hand its sessions over, which keeps each session's cookie for
  ///   that; empty for one that ends with the process
  public MemorySessionStore(
      SessionSettings settings,
      InstantSource clock,
      Observer observer,
      Optional<SessionSeal> seal) {
    this.seal = seal;
    this.settings = settings;
    this.clock = clock;
    this.observer = observer;
    this.watches = new Watches(observer);
    this.deadline = new StoredSession.Deadline(settings.idleTimeout());
    Ticker ticker = () -> clock.millis() * NANOS;
    this.sessions =
        Caffeine.newBuilder()
            .maximumSize(settings.maxSessions())
            .ticker(ticker)
            .executor(Runnable::run) // upkeep is short, and tests see its effect at once
            .expireAfter(deadline)
            .removalListener(this::removed)
            .build();
    this.quietly = sessions.policy();
    this.tombstones = new Tombstones(clock, ticker);
  }

  @Override
  public @Nullable Session peek(SessionId id, boolean touch) {
    var stored = stored(id.key(), touch);
    return stored == null ? null : stored.session();
  }

  @Override
  public Future<Lookup> find(SessionId id, boolean touch) {
    var stored = stored(id.key(), touch);
    return Future.succeededFuture(stored == null ? absent(id.key()) : open(id, stored));
  }

  private Lookup absent(SessionKey key) {
    var cause = tombstones.causeOf(key);
    return cause == null ? new Lookup.Unknown() : new Lookup.Gone(cause);
  }

  /// The cookie that came opens what is asleep.
  private Lookup open(SessionId id, StoredSession stored) {
    var session = stored.session();
    var sealed = stored.sealed();
    if (session != null || sealed == null) {
      return live(id.key(), stored, stored.session());
    }
    return switch (seal.orElseThrow().open(id, sealed.version(), sealed.session())) {
      case SessionSeal.Opened.Plain<Session>(var opened) ->
          live(id.key(), stored, stored.wake(id, opened));
      case SessionSeal.Opened.UnknownKey<Session>() -> {
        observer.on(new Event.SessionUnreadable("unknown_key"));
        yield new Lookup.Unavailable();
      }
      case SessionSeal.Opened.Broken<Session>() -> {
        observer.on(new Event.SessionUnreadable("broken"));
        remove(id.key(), EndCause.EVICTED, new ArrayList<>());
        yield new Lookup.Unknown();
      }
    };
  }

  private Lookup live(SessionKey key, StoredSession stored, @Nullable Session session) {
    return session == null ? absent(key) : new Lookup.Live(session, stored.idleExpiresAt());
  }

  @Override
  public Future<Lookup> reread(SessionId id) {
    return find(id, false);
  }

  private @Nullable StoredSession stored(SessionKey key, boolean touch) {
    var stored = quietly.getIfPresentQuietly(key);
    return stored != null && touch && deadline.isToSlide(stored, clock.millis())
        ? sessions.getIfPresent(key)
        : stored;
  }

  @Override
  public Future<Started> start(SessionId id, Session session, Optional<SessionKey> replaced) {
    if (!isStored(id, session)) {
      return Future.succeededFuture(new Started.LoggedOut());
    }
    var ended = new ArrayList<Session>();
    begins(session);
    replaced.ifPresent(key -> remove(key, EndCause.REPLACED, ended));
    settings.maxPerUser().ifPresent(most -> makeRoom(session, most, ended));
    return Future.succeededFuture(new Started.Stored(session, ended));
  }

  /// The new one is found by its names before the waiting one goes, and by the waiting one's key
  /// from then on, so that no end passes between them.
  @Override
  public Future<Redeemed> redeem(SessionId id, Session session, SessionKey waiting) {
    if (!isStored(id, session)) {
      return Future.succeededFuture(new Redeemed.LoggedOut());
    }
    tombstones.rememberSuccessor(waiting, session.key());
    if (!isEnded(waiting, EndCause.REDEEMED, new ArrayList<>())) {
      withdraw(session);
      return Future.succeededFuture(new Redeemed.Gone());
    }
    var ended = new ArrayList<Session>();
    begins(session);
    settings.maxPerUser().ifPresent(most -> makeRoom(session, most, ended));
    return Future.succeededFuture(new Redeemed.Stored(session, ended));
  }

  private boolean isStored(SessionId id, Session session) {
    var idleAt = clock.instant().plus(settings.idleTimeout()).toEpochMilli();
    index.add(session.key(), SessionCard.of(session));
    sessions.put(session.key(), new StoredSession(session, idleAt, seal.isPresent() ? id : null));
    if (wasLoggedOut(session)) { // asked after storing: endAll remembers first and looks then
      withdraw(session);
      return false;
    }
    return true;
  }

  private void begins(Session session) {
    observer.on(
        new Event.SessionStarted(
            session.frontEnd().qualified(session.provider()), session.handle()));
  }

  private boolean wasLoggedOut(Session session) {
    var identity = session.identity();
    return identity
        .sid()
        .map(sid -> new SessionSelector.BySid(session.frontEnd(), identity.issuer(), sid))
        .filter(tombstones::wasLoggedOut)
        .isPresent();
  }

  private void withdraw(Session session) {
    if (sessions.asMap().remove(session.key()) != null) {
      index.remove(session.key(), SessionCard.of(session));
    }
  }

  private void makeRoom(Session session, int most, List<Session> ended) {
    var identity = session.identity();
    var all =
        index.find(
            new SessionSelector.BySubject(
                session.frontEnd(), identity.issuer(), identity.subject()));
    all.stream()
        .filter(key -> !key.equals(session.key()))
        .limit(Math.max(0, all.size() - most))
        .forEach(key -> remove(key, EndCause.EVICTED, ended));
  }

  @Override
  public Future<Replaced> replace(SessionId id, Session next) {
    var stored = stored(id.key(), false);
    if (stored == null) {
      return Future.succeededFuture(new Replaced.Gone());
    }
    return Future.succeededFuture(
        switch (open(id, stored)) {
          case Lookup.Live _ -> stored.replace(next);
          case Lookup.Gone _, Lookup.Unknown _ -> new Replaced.Gone();
          case Lookup.Unavailable _ -> new Replaced.Unavailable();
        });
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
    if (current == null) { // nobody has read what is asleep
      return Future.succeededFuture(new EndedIf.Unavailable());
    }
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
      tombstones.remember(sid); // a login of that very session may be on its way here
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
        seen.add(new Seen(key, stored.card(), stored.lastSeenAt(settings.idleTimeout())));
      }
    }
    return Future.succeededFuture(new Listed.Found(seen));
  }

  /// Ends a session, or what has taken its place.
  private void remove(SessionKey key, EndCause cause, List<Session> ended) {
    if (!isEnded(key, cause, ended)) {
      var successor = tombstones.successorOf(key);
      boolean _ = successor != null && isEnded(successor, cause, ended);
    }
  }

  /// Ends it; false where there was nothing to end.
  private boolean isEnded(SessionKey key, EndCause cause, List<Session> ended) {
    var stored = stored(key, false);
    if (stored == null) {
      return false;
    }
    tombstones.remember(key, cause); // before it is gone, so that nobody finds neither
    if (!sessions.asMap().remove(key, stored) || !over(key, stored, cause)) {
      return false; // past its deadline, or somebody else was first
    }
    var open = stored.session();
    if (open != null) {
      ended.add(open);
    }
    return true;
  }

  private void removed(
      @Nullable SessionKey key, @Nullable StoredSession stored, RemovalCause cause) {
    if (key != null && stored != null && cause.wasEvicted()) {
      boolean _ =
          over(key, stored, cause == RemovalCause.EXPIRED ? stored.expiry() : EndCause.EVICTED);
    }
  }

  private boolean over(SessionKey key, StoredSession stored, EndCause cause) {
    if (!stored.end()) {
      return false;
    }
    var card = stored.card();
    var tokens = stored.session() == null ? "sealed" : "open";
    index.remove(key, card);
    observer.on(new Event.SessionEnded(card.handle(), cause.name(), tokens));
    watches.tell(key, cause);
    return true;
  }

  /// There is one node, and it lets one refresh of a session run at a time.
  @Override
  public Future<Lease> lease(SessionKey key, Duration life) {
    return Future.succeededFuture((Lease.Held) Future::succeededFuture);
  }

  @Override
  public Future<Claim> claim(String attempt, Instant forgetAt) {
    return Future.succeededFuture(tombstones.claim(attempt, forgetAt));
  }

  @Override
  public Future<Claimed> claimed(String attempt) {
    return Future.succeededFuture(tombstones.isClaimed(attempt) ? Claimed.YES : Claimed.NO);
  }

  @Override
  public Watch watch(SessionKey key, Consumer<EndCause> listener) {
    var watch = watches.add(key, listener); // first: an end looks for listeners when it is one
    if (stored(key, false) == null) {
      var cause = tombstones.causeOf(key);
      watches.tell(key, cause == null ? EndCause.IDLE : cause);
    }
    return watch;
  }

  @Override
  public Future<Void> sweep() {
    sessions.cleanUp();
    tombstones.sweep();
    return Future.succeededFuture();
  }

  @Override
  public long size() {
    return sessions.estimatedSize();
  }

  /// What the process after this one gets. Sessions are sealed as they are read from it, some at a
  /// time on all cores, so that few are in memory twice.
  ///
  /// @throws java.util.NoSuchElementException for a store that ends with the process
  public Snapshot snapshot() {
    var sealing = seal.orElseThrow();
    return tombstones.with(
        () ->
            sessions.asMap().values().stream()
                .gather(Gatherers.windowFixed(AT_ONCE))
                .flatMap(
                    some -> some.parallelStream().map(each -> each.seal(sealing)).toList().stream())
                .iterator());
  }

  /// Takes over what another process left: its sessions lie asleep until their cookies come.
  /// Answers how many there are.
  public int restore(Snapshot snapshot) {
    tombstones.restore(snapshot);
    var asleep =
        StreamSupport.stream(snapshot.sessions().spliterator(), true)
            .flatMap(each -> asleep(each).stream())
            .sorted(Comparator.comparing(each -> each.card().startedAt()))
            .toList();
    for (var stored : asleep) {
      var key = Objects.requireNonNull(stored.sealed()).key();
      index.add(key, stored.card());
      sessions.put(key, stored);
    }
    return asleep.size();
  }

  private Optional<StoredSession> asleep(SealedSession sealed) {
    return switch (seal.orElseThrow().card(sealed.key(), sealed.card())) {
      case SessionSeal.Opened.Plain<SessionCard>(var card) ->
          Optional.of(new StoredSession(sealed, card));
      case SessionSeal.Opened.UnknownKey<SessionCard>() -> unreadable("unknown_key");
      case SessionSeal.Opened.Broken<SessionCard>() -> unreadable("broken");
    };
  }

  private Optional<StoredSession> unreadable(String problem) {
    observer.on(new Event.SessionUnreadable(problem));
    return Optional.empty();
  }
}
