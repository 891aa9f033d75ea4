package dev.cloakroom.session.redis;

import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import dev.cloakroom.session.EndCause;
import dev.cloakroom.session.SealedSession;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionCard;
import dev.cloakroom.session.SessionId;
import dev.cloakroom.session.SessionKey;
import dev.cloakroom.session.SessionSeal;
import dev.cloakroom.session.SessionSelector;
import dev.cloakroom.session.SessionSettings;
import dev.cloakroom.session.SessionStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Keeps sessions in Redis, sealed, for any number of gateways. Deadlines are decided by the
/// gateway's clock. Safe from every thread; nothing blocks, and nothing waits for the Redis longer
/// than a second.
public final class RedisSessionStore implements SessionStore {
  private static final Duration UNSAVED_FIRST = Duration.ofSeconds(2);

  private final SessionSettings settings;
  private final RedisSettings redis;
  private final SessionSeal seal;
  private final InstantSource clock;
  private final Entropy entropy;
  private final Observer observer;
  private final NearSessions near;
  private final Backlog backlog;
  private final RedisLink link;
  private final Commands commands;
  private final Commands first;
  private final Endings endings;
  private final Finder finder;
  private final Lookout lookout;
  private volatile Instant leasesFrom = Instant.MIN;

  /// What surrounds a store.
  public record Around(Vertx vertx, InstantSource clock, Entropy entropy, Observer observer) {}

  /// A store that is not connected yet; see [#open].
  ///
  /// @param revoker is given sessions whose tokens are to be revoked and whom nobody else can:
  ///   those that another node ended without being able to open them
  public RedisSessionStore(
      SessionSettings settings,
      RedisSettings redis,
      SessionSeal seal,
      BiConsumer<Session, EndCause> revoker,
      Around around) {
    this.settings = settings;
    this.redis = redis;
    this.seal = seal;
    this.clock = around.clock();
    this.entropy = around.entropy();
    this.observer = around.observer();
    this.near = new NearSessions(settings.maxSessions(), redis.outageGrace(), clock);
    this.backlog = new Backlog(clock);
    this.link = new RedisLink(around.vertx(), redis, clock, entropy, observer, new OnLink());
    var keys = new RedisKeys(redis.keyPrefix());
    this.commands = new Commands(this::ask, keys, settings, clock);
    this.first = new Commands(this::askFirst, keys, settings, clock);
    var memory = new Endings.Memory(near, new Watches(observer), backlog);
    this.endings = new Endings(commands, memory, seal, revoker, clock, observer);
    var limits = new Finder.Limits(settings, redis.outageGrace());
    this.finder = new Finder(commands, link, near, endings, seal, limits, clock, observer);
    this.lookout = new Lookout(commands, memory, endings, clock, observer);
  }

  /// Connects. Completes when the first attempt has succeeded or failed, and never fails: a Redis
  /// that is away is asked again until it is there.
  public Future<Void> open() {
    return link.open();
  }

  /// Leaves the Redis, for good.
  public Future<Void> close() {
    return link.close();
  }

  /// True while sessions can be had.
  public boolean isUp() {
    return link.isUp();
  }

  private Future<Reply> ask(Script script, List<String> names, Object... args) {
    return link.ask(script, names, args).map(Reply::of);
  }

  private Future<Reply> askFirst(Script script, List<String> names, Object... args) {
    return link.askFirst(script, names, args).map(Reply::of);
  }

  // -- looking up

  @Override
  public @Nullable Session peek(SessionId id, boolean touch) {
    var held = finder.believed(id.key(), touch);
    return held == null ? null : held.session();
  }

  @Override
  public Future<Lookup> find(SessionId id, boolean touch) {
    return finder.find(id, touch);
  }

  @Override
  public Future<Lookup> reread(SessionId id) {
    return finder.read(id, false);
  }

  private static <T> Future<T> answer(T value) {
    return Future.succeededFuture(value);
  }

  // -- starting and replacing

  @Override
  public Future<Started> start(SessionId id, Session session, Optional<SessionKey> replaced) {
    var sealed = seal.seal(id, session, clock.instant().plus(settings.idleTimeout()));
    long asked = link.generation();
    return Future.all(
            sealed.names().stream()
                .map(name -> commands.index(name, session.key(), session.startedAt()))
                .toList())
        .compose(
            indexed -> {
              List<Reply> replies = indexed.list();
              return replies.stream()
                  .filter(reply -> !reply.is("indexed"))
                  .findFirst()
                  .map(Future::succeededFuture)
                  .orElseGet(() -> acknowledged(commands.start(sealed)));
            })
        .compose(
            reply ->
                switch (reply.word()) {
                  case "stored" -> started(id, session, sealed, replaced, asked);
                  case "logged_out" -> answer(new Started.LoggedOut());
                  case "away" -> answer(new Started.Unavailable());
                  default -> throw reply.unexpected();
                });
  }

  private Future<Started> started(
      SessionId id,
      Session session,
      SealedSession sealed,
      Optional<SessionKey> replaced,
      long asked) {
    finder.remember(
        new NearSessions.Near(session, id, sealed.idleExpiresAt().toEpochMilli()), asked);
    observer.on(new Event.SessionStarted(session.provider(), session.handle()));
    return end(replaced.stream().toList(), EndCause.REPLACED)
        .compose(
            ended ->
                makeRoom(session)
                    .map(
                        evicted -> {
                          var all = new ArrayList<>(ended);
                          all.addAll(evicted);
                          return new Started.Stored(session, all);
                        }));
  }

  private Future<List<Session>> makeRoom(Session session) {
    OptionalInt most = settings.maxPerUser();
    if (most.isEmpty()) {
      return answer(List.of());
    }
    var identity = session.identity();
    return list(new SessionSelector.BySubject(identity.issuer(), identity.subject()))
        .compose(
            listed ->
                switch (listed) {
                  case Listed.Found(var seen) ->
                      end(
                          seen.stream()
                              .map(Seen::key)
                              .filter(key -> !key.equals(session.key()))
                              .limit(Math.max(0, seen.size() - most.getAsInt()))
                              .toList(),
                          EndCause.EVICTED);
                  case Listed.Unavailable() -> answer(List.<Session>of());
                });
  }

  private Future<List<Session>> end(List<SessionKey> keys, EndCause cause) {
    return Future.all(keys.stream().map(key -> endings.end(key, cause)).toList())
        .map(
            all -> {
              var sessions = new ArrayList<Session>();
              all.<Ended>list()
                  .forEach(
                      ended -> {
                        if (ended instanceof Ended.Done(var done)) {
                          sessions.addAll(done);
                        }
                      });
              return sessions;
            });
  }

  @Override
  public Future<Replaced> replace(SessionId id, Session next) {
    var sealed = seal.seal(id, next, clock.instant());
    long asked = link.generation();
    return acknowledged(commands.replace(sealed))
        .map(
            reply ->
                switch (reply.word()) {
                  case "stored" -> {
                    backlog.replaced(sealed);
                    near.replaced(next.key(), next.version());
                    finder.remember(new NearSessions.Near(next, id, reply.number(1)), asked);
                    yield new Replaced.Stored(next);
                  }
                  case "superseded" -> superseded(id, next, reply);
                  case "none" -> new Replaced.Gone();
                  case "away" -> new Replaced.Unavailable();
                  default -> throw reply.unexpected();
                });
  }

  /// Who offers the same tokens again, because no answer came the first time, has stored them.
  private Replaced superseded(SessionId id, Session next, Reply reply) {
    return switch (seal.open(id, reply.number(1), reply.bytes(2))) {
      case SessionSeal.Opened.Plain<Session>(var current) ->
          current.version() == next.version()
                  && current.tokens().access().equals(next.tokens().access())
              ? new Replaced.Stored(next)
              : new Replaced.Superseded(current);
      case SessionSeal.Opened.UnknownKey<Session>() -> new Replaced.Unavailable();
      case SessionSeal.Opened.Broken<Session>() -> new Replaced.Gone();
    };
  }

  /// Where the settings ask for it, a write counts when enough replicas have it.
  private Future<Reply> acknowledged(Future<Reply> written) {
    int wanted = redis.replicasAcked();
    return wanted == 0
        ? written
        : written.compose(
            reply ->
                reply.is("stored")
                    ? link.acknowledged(wanted).map(count -> count >= wanted ? reply : Reply.AWAY)
                    : answer(reply));
  }

  // -- ending

  @Override
  public Future<Ended> end(SessionKey key, EndCause cause) {
    return endings.end(key, cause);
  }

  @Override
  public Future<EndedIf> endIf(Session read, EndCause cause) {
    return endings.endIf(read, cause);
  }

  @Override
  public Future<Ended> endAll(SessionSelector selector, EndCause cause) {
    return endings.endAll(selector, cause);
  }

  // -- lists

  @Override
  public Future<Listed> list(SessionSelector selector) {
    return endings
        .members(selector)
        .compose(
            found -> found.map(this::listed).orElseGet(() -> answer(new Listed.Unavailable())));
  }

  private Future<Listed> listed(List<SessionKey> keys) {
    return Future.all(keys.stream().map(commands::card).toList())
        .map(
            all -> {
              List<Reply> replies = all.list();
              if (replies.stream().anyMatch(reply -> reply.is("away"))) {
                return new Listed.Unavailable();
              }
              var seen = new ArrayList<Seen>();
              for (int i = 0; i < replies.size(); i++) {
                seen(keys.get(i), replies.get(i)).ifPresent(seen::add);
              }
              return new Listed.Found(seen);
            });
  }

  private Optional<Seen> seen(SessionKey key, Reply reply) {
    if (!reply.is("card")) {
      return Optional.empty();
    }
    if (seal.card(key, reply.bytes(1)) instanceof SessionSeal.Opened.Plain<SessionCard>(var card)) {
      var lastSeenAt = Instant.ofEpochMilli(reply.number(2)).minus(settings.idleTimeout());
      return Optional.of(new Seen(key, card, lastSeenAt));
    }
    observer.on(new Event.SessionUnreadable("unknown_key"));
    return Optional.empty();
  }

  // -- leases and claims

  @Override
  public Future<Lease> lease(SessionKey key, Duration life) {
    if (clock.instant().isBefore(leasesFrom)) {
      return answer(new Lease.Busy()); // whoever kept new tokens during the outage goes first
    }
    var holder = entropy.token();
    return commands
        .lease(key, holder, life)
        .map(
            reply ->
                switch (reply.word()) {
                  case "claimed" -> (Lease.Held) () -> commands.release(key, holder).mapEmpty();
                  case "taken" -> new Lease.Busy();
                  case "away" -> new Lease.Unavailable();
                  default -> throw reply.unexpected();
                });
  }

  @Override
  public Future<Claim> claim(String attempt, Instant forgetAt) {
    return commands
        .claim(attempt, forgetAt)
        .map(
            reply ->
                switch (reply.word()) {
                  case "claimed" -> Claim.CLAIMED;
                  case "taken" -> Claim.ALREADY_CLAIMED;
                  case "away" -> Claim.UNAVAILABLE;
                  default -> throw reply.unexpected();
                });
  }

  // -- watching

  @Override
  public Watch watch(SessionKey key, Consumer<EndCause> listener) {
    return lookout.watch(key, listener);
  }

  @Override
  public Future<Void> sweep() {
    return lookout.sweep();
  }

  @Override
  public long size() {
    return near.size();
  }

  private final class OnLink implements RedisLink.Listener {
    @Override
    public void heard(String message) {
      switch (Messages.parse(message)) {
        case Messages.End(var key, var cause, var sealed) -> endings.heard(key, cause, sealed);
        case Messages.Replacement(var key, var version) -> near.replaced(key, version);
        case Messages.Unknown() -> near.clear(); // a later version's: whatever it means
      }
    }

    /// What was heard on the line before is out of date; what was asked for meanwhile goes first.
    @Override
    public Future<Void> connected(boolean outage) {
      finder.back();
      if (outage) {
        leasesFrom = clock.instant().plus(UNSAVED_FIRST);
      }
      return InTurn.each(backlog.replacements(), written -> first.replace(written).mapEmpty())
          .compose(_ -> endings.repeat(first))
          .compose(_ -> endings.makeGood(first))
          .compose(_ -> lookout.checkWatched(first));
    }

    @Override
    public void disconnected() {
      finder.away();
    }
  }
}
