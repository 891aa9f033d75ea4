package dev.cloakroom.session.redis;

import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import dev.cloakroom.session.EndCause;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionId;
import dev.cloakroom.session.SessionKey;
import dev.cloakroom.session.SessionSeal;
import dev.cloakroom.session.SessionSelector;
import dev.cloakroom.session.SessionSettings;
import dev.cloakroom.session.SessionStore;
import dev.cloakroom.session.Watches;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Keeps sessions in Redis, sealed, for any number of gateways. Deadlines are decided by the
/// gateway's clock. Safe from every thread; nothing blocks, and nothing waits for the Redis longer
/// than a second.
public final class RedisSessionStore implements SessionStore {
  private final NearSessions near;
  private final Backlog backlog;
  private final RedisLink link;
  private final Commands commands;
  private final Commands first;
  private final Directory directory;
  private final Farewell farewell;
  private final Endings endings;
  private final Finder finder;
  private final Writing writing;
  private final Reservations reservations;
  private final Lookout lookout;
  private final Observer observer;

  /// What surrounds a store.
  public record Around(Vertx vertx, InstantSource clock, Entropy entropy, Observer observer) {}

  /// A store that is not connected yet; see [#open].
  ///
  /// @param revoker is given sessions whose tokens are to be revoked and whom nobody else can:
  ///   those that another node ended without being able to open them, and those that this one ended
  ///   without being able to say so
  public RedisSessionStore(
      SessionSettings settings,
      RedisSettings redis,
      SessionSeal seal,
      BiConsumer<Session, EndCause> revoker,
      Around around) {
    var clock = around.clock();
    this.observer = around.observer();
    this.near = new NearSessions(settings.maxSessions(), redis.outageGrace(), clock);
    this.backlog = new Backlog(clock);
    this.link =
        new RedisLink(around.vertx(), redis, clock, around.entropy(), observer, new OnLink());
    var keys = new RedisKeys(redis.keyPrefix());
    this.commands = new Commands(this::ask, keys, settings, clock);
    this.first = new Commands(this::askFirst, keys, settings, clock);
    var replicas = new Acknowledgement(link::acknowledged);
    var memory = new Endings.Memory(near, new Watches(observer), backlog);
    this.directory = new Directory(commands, seal, settings.idleTimeout(), observer);
    this.farewell = new Farewell(commands, memory, seal, revoker, observer);
    this.endings = new Endings(commands, replicas, directory, farewell, memory, revoker, around);
    var limits = new Finder.Limits(settings, redis.outageGrace());
    this.finder = new Finder(commands, link, near, endings, farewell, seal, limits, around);
    var ways = new Writing.Ways(commands, link, replicas);
    this.writing = new Writing(ways, directory, endings, finder, memory, seal, settings, around);
    this.reservations = new Reservations(commands, clock, around.entropy());
    this.lookout = new Lookout(commands, memory, endings, farewell, around);
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

  // -- starting and replacing

  @Override
  public Future<Started> start(SessionId id, Session session, Optional<SessionKey> replaced) {
    return writing.start(id, session, replaced);
  }

  @Override
  public Future<Redeemed> redeem(SessionId id, Session session, SessionKey waiting) {
    return writing.redeem(id, session, waiting);
  }

  @Override
  public Future<Replaced> replace(SessionId id, Session next) {
    return writing.replace(id, next);
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
    return directory.list(selector);
  }

  // -- leases and claims

  @Override
  public Future<Lease> lease(SessionKey key, Duration life) {
    return reservations.lease(key, life);
  }

  @Override
  public Future<Claim> claim(String attempt, Instant forgetAt) {
    return reservations.claim(attempt, forgetAt);
  }

  @Override
  public Future<Claimed> claimed(String attempt) {
    return reservations.claimed(attempt);
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
        case Messages.End(var key, var cause, var sealed) -> farewell.heard(key, cause, sealed);
        case Messages.Replacement(var key, var version) -> near.replaced(key, version);
        case Messages.Unknown() -> near.clear(); // a later version's: whatever it means
      }
    }

    /// What was heard on the line before is out of date; what was asked for meanwhile goes first.
    @Override
    public Future<Void> connected(boolean outage) {
      finder.back();
      if (outage) {
        reservations.afterOutage();
      }
      return faultless(
              InTurn.each(backlog.replacements(), written -> first.replace(written).mapEmpty()))
          .compose(_ -> faultless(endings.repeat(first)))
          .compose(_ -> endings.makeGood(first))
          .compose(_ -> lookout.checkWatched(first));
    }

    /// An end may have been refused, or its answer lost, on a line that is there all the same.
    @Override
    public void well() {
      endings
          .makeGood(commands)
          .onFailure(fault -> observer.on(new Event.Fault(Optional.empty(), fault)));
    }

    /// A fault in one step is said, and keeps no later step from being taken.
    private Future<Void> faultless(Future<Void> step) {
      return step.onFailure(fault -> observer.on(new Event.Fault(Optional.empty(), fault)))
          .otherwiseEmpty();
    }

    @Override
    public void disconnected() {
      finder.away();
    }
  }
}
