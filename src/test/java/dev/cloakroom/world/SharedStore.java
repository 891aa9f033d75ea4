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
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One store with several nodes at it. Each has a door of its own, behind which it remembers what
/// it read and hears of changes a little later. Leases expire by the clock. A part of the promise
/// can be broken, to see that somebody notices.
public final class SharedStore {
  private static final Duration ROUND_TRIP = Duration.ofSeconds(1);
  private static final Duration HOLDING_OFF = Duration.ofSeconds(2);

  private final WaveringStore behind;
  private final InstantSource clock;
  private final Schedule schedule;
  private final Map<SessionKey, Taken> leases = new HashMap<>();
  private final List<Door> doors = new ArrayList<>();
  private final Set<Fault> faults = EnumSet.noneOf(Fault.class);
  private boolean away;
  private Instant backAt = Instant.MIN;
  private int given;

  public SharedStore(SessionStore behind, InstantSource clock, Schedule schedule) {
    this.behind = new WaveringStore(behind);
    this.clock = clock;
    this.schedule = schedule;
  }

  /// What a store must not do.
  public enum Fault {
    /// Gives everybody the lease.
    NO_LEASE,
    /// Answers a re-read from what the node remembers.
    NO_REREAD,
    /// Ends a session although it is not the one that was read.
    NO_FENCE
  }

  private record Taken(int number, Door door, Instant until) {}

  public void breaks(Fault fault) {
    faults.add(fault);
  }

  public Door door(Schedule.Node node) {
    var door = new Door(node);
    doors.add(door);
    return door;
  }

  public void goesAway() {
    away = true;
    behind.goesAway();
  }

  public void comesBack() {
    away = false;
    backAt = clock.instant();
    behind.comesBack();
  }

  /// Whether somebody holds the lease.
  public boolean isLeased(SessionKey key) {
    var taken = leases.get(key);
    return taken != null && clock.instant().isBefore(taken.until);
  }

  private SessionStore.Lease take(SessionKey key, Duration life, Door door) {
    boolean heldOff = clock.instant().isBefore(backAt.plus(HOLDING_OFF));
    if (away) {
      return new SessionStore.Lease.Unavailable();
    }
    if ((heldOff || isLeased(key)) && !faults.contains(Fault.NO_LEASE)) {
      return new SessionStore.Lease.Busy();
    }
    var mine = new Taken(++given, door, clock.instant().plus(life));
    leases.put(key, mine);
    SessionStore.Lease.Held held = () -> door.calls(() -> giveBack(key, mine));
    return held;
  }

  private Future<Void> giveBack(SessionKey key, Taken mine) {
    if (!away) {
      leases.remove(key, mine);
    }
    return Future.succeededFuture();
  }

  private void tell(Door who, SessionKey key, Optional<Session> now) {
    doors.stream().filter(door -> !door.equals(who)).forEach(door -> door.isTold(key, now));
  }

  /// The store as one node sees it.
  public final class Door implements SessionStore {
    private final Schedule.Node node;
    private final Map<SessionKey, Session> near = new HashMap<>();
    private boolean deaf;

    private Door(Schedule.Node node) {
      this.node = node;
    }

    /// Hears of no change any more.
    public void isDeaf() {
      deaf = true;
    }

    public boolean holdsLease(SessionKey key) {
      var taken = leases.get(key);
      return taken != null && taken.door.equals(this) && isLeased(key);
    }

    private <T> Future<T> calls(Supplier<Future<T>> work) {
      return away ? work.get() : node.calls(ROUND_TRIP, work);
    }

    private void isTold(SessionKey key, Optional<Session> now) {
      if (!deaf) {
        schedule.within(Duration.ZERO, ROUND_TRIP, () -> hears(key, now));
      }
    }

    private void hears(SessionKey key, Optional<Session> now) {
      now.ifPresentOrElse(session -> remembers(session), () -> near.remove(key));
    }

    private void remembers(Session session) {
      near.merge(
          session.key(), session, (old, next) -> next.version() > old.version() ? next : old);
    }

    private void learns(Lookup found) {
      if (found instanceof Lookup.Live(var session, _)) {
        remembers(session);
      }
    }

    @Override
    public @Nullable Session peek(SessionId id, boolean touch) {
      return near.get(id.key());
    }

    @Override
    public Future<Lookup> find(SessionId id, boolean touch) {
      var known = near.get(id.key());
      return known == null
          ? calls(() -> behind.find(id, touch)).onSuccess(this::learns)
          : Future.succeededFuture(new Lookup.Live(known, clock.instant()));
    }

    @Override
    public Future<Lookup> reread(SessionId id) {
      return faults.contains(Fault.NO_REREAD)
          ? find(id, false)
          : calls(() -> behind.reread(id)).onSuccess(this::learns);
    }

    @Override
    public Future<Started> start(SessionId id, Session session, Optional<SessionKey> replaced) {
      return calls(() -> behind.start(id, session, replaced));
    }

    @Override
    public Future<Redeemed> redeem(SessionId id, Session session, SessionKey waiting) {
      return calls(() -> behind.redeem(id, session, waiting).onSuccess(_ -> forgotten(waiting)));
    }

    @Override
    public Future<Replaced> replace(SessionId id, Session next) {
      return calls(() -> behind.replace(id, next).onSuccess(done -> replaced(next, done)))
          .onSuccess(this::learns);
    }

    private void replaced(Session next, Replaced done) {
      if (done instanceof Replaced.Stored) {
        tell(this, next.key(), Optional.of(next));
      }
    }

    private void learns(Replaced done) {
      switch (done) {
        case Replaced.Stored(var session) -> remembers(session);
        case Replaced.Superseded(var current) -> remembers(current);
        case Replaced.Gone(), Replaced.Unavailable() -> {}
      }
    }

    @Override
    public Future<Ended> end(SessionKey key, EndCause cause) {
      return calls(() -> behind.end(key, cause).onSuccess(_ -> forgotten(key)));
    }

    @Override
    public Future<EndedIf> endIf(Session read, EndCause cause) {
      return calls(() -> endsIf(read, cause));
    }

    private Future<EndedIf> endsIf(Session read, EndCause cause) {
      if (faults.contains(Fault.NO_FENCE)) {
        return behind.end(read.key(), cause).map(new EndedIf.Done());
      }
      return behind
          .endIf(read, cause)
          .onSuccess(
              done -> {
                if (done instanceof EndedIf.Done) {
                  forgotten(read.key());
                }
              });
    }

    private void forgotten(SessionKey key) {
      near.remove(key);
      tell(this, key, Optional.empty());
    }

    @Override
    public Future<Ended> endAll(SessionSelector selector, EndCause cause) {
      return calls(() -> behind.endAll(selector, cause));
    }

    @Override
    public Future<Listed> list(SessionSelector selector) {
      return calls(() -> behind.list(selector));
    }

    @Override
    public Future<Lease> lease(SessionKey key, Duration life) {
      return calls(() -> Future.succeededFuture(take(key, life, this)));
    }

    @Override
    public Future<Claim> claim(String attempt, Instant forgetAt) {
      return calls(() -> behind.claim(attempt, forgetAt));
    }

    @Override
    public Future<Claimed> claimed(String attempt) {
      return calls(() -> behind.claimed(attempt));
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
}
