package dev.cloakroom.session.redis;

import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionId;
import dev.cloakroom.session.SessionKey;
import dev.cloakroom.session.SessionSeal;
import dev.cloakroom.session.SessionSettings;
import dev.cloakroom.session.SessionStore.Lookup;
import dev.cloakroom.session.redis.NearSessions.Near;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Finds sessions: in what this node remembers while that may be believed, else in the Redis.
final class Finder {
  private final Commands commands;
  private final RedisLink link;
  private final NearSessions near;
  private final Endings endings;
  private final Farewell farewell;
  private final SessionSeal seal;
  private final Duration outageGrace;
  private final long idleMillis;
  private final long step;
  private final InstantSource clock;
  private final Observer observer;
  private volatile Instant awaySince = Instant.MAX;

  Finder(
      Commands commands,
      RedisLink link,
      NearSessions near,
      Endings endings,
      Farewell farewell,
      SessionSeal seal,
      Limits limits,
      RedisSessionStore.Around around) {
    this.commands = commands;
    this.link = link;
    this.near = near;
    this.endings = endings;
    this.farewell = farewell;
    this.seal = seal;
    this.outageGrace = limits.outageGrace();
    this.idleMillis = limits.sessions().idleTimeout().toMillis();
    this.step = Commands.step(limits.sessions());
    this.clock = around.clock();
    this.observer = around.observer();
  }

  /// How long things may be believed.
  record Limits(SessionSettings sessions, Duration outageGrace) {}

  /// The Redis went away.
  void away() {
    awaySince = clock.instant();
  }

  /// The Redis is back, and what was remembered before is out of date.
  void back() {
    near.clear();
    awaySince = Instant.MAX;
  }

  /// What this node remembers and may believe.
  @Nullable Near believed(SessionKey key, boolean touch) {
    long now = clock.millis();
    if (!link.isCoherent(now) && !inGrace()) {
      return null;
    }
    var held = near.get(key);
    if (held == null || held.deadline() <= now) {
      return null;
    }
    long to = now + idleMillis;
    if (touch && held.slides(to, step)) {
      near.expect(key, held.deadline());
      commands.touch(key, to).onSuccess(reply -> touched(key, reply)).onFailure(this::fault);
    }
    return held;
  }

  private boolean inGrace() {
    if (!outageGrace.isPositive()) {
      return false;
    }
    var since = awaySince;
    var now = clock.instant();
    return !now.isBefore(since) && Duration.between(since, now).compareTo(outageGrace) < 0;
  }

  private void touched(SessionKey key, Reply reply) {
    if (reply.is("none")) {
      farewell.vanished(key);
    }
  }

  Future<Lookup> find(SessionId id, boolean touch) {
    var held = believed(id.key(), touch);
    return held == null ? read(id, touch) : answer(live(held));
  }

  /// Past anything remembered but an end.
  Future<Lookup> read(SessionId id, boolean touch) {
    return near.ended(id.key())
        .map(cause -> answer(new Lookup.Gone(cause)))
        .orElseGet(() -> ask(id, touch));
  }

  private Future<Lookup> ask(SessionId id, boolean touch) {
    long asked = link.generation();
    return commands
        .find(id.key(), touch)
        .compose(
            reply ->
                switch (reply.word()) {
                  case "live" -> opened(id, reply, asked);
                  case "gone" -> answer(gone(reply));
                  case "none" -> {
                    farewell.vanished(id.key());
                    yield answer(new Lookup.Unknown());
                  }
                  case "broken" -> answer(broken());
                  case "away" -> answer(new Lookup.Unavailable());
                  default -> throw reply.unexpected();
                });
  }

  private Future<Lookup> opened(SessionId id, Reply reply, long asked) {
    return switch (seal.open(id, reply.number(1), reply.bytes(2))) {
      case SessionSeal.Opened.Plain<Session>(var session) ->
          checked(new Near(session, id, reply.number(3)), asked);
      case SessionSeal.Opened.UnknownKey<Session>() -> {
        observer.on(new Event.SessionUnreadable("unknown_key"));
        yield answer(new Lookup.Unavailable());
      }
      case SessionSeal.Opened.Broken<Session>() -> answer(broken());
    };
  }

  private Future<Lookup> checked(Near found, long asked) {
    if (found.deadline() <= clock.millis()) {
      return endings.expire(found.session().key(), found.expiry()).map(_ -> new Lookup.Unknown());
    }
    remember(found, asked);
    return answer(live(found));
  }

  /// Remembers what was read since `asked`, the link's generation at that time.
  void remember(Near found, long asked) {
    if (asked == link.generation()) {
      near.put(found);
    }
  }

  private Lookup broken() {
    observer.on(new Event.SessionUnreadable("broken"));
    return new Lookup.Unknown();
  }

  private Lookup gone(Reply reply) {
    return Messages.tombstone(reply.text(1), clock.millis())
        .<Lookup>map(Lookup.Gone::new)
        .orElseGet(Lookup.Unknown::new);
  }

  private static Lookup live(Near held) {
    return new Lookup.Live(held.session(), Instant.ofEpochMilli(held.deadline()));
  }

  private static Future<Lookup> answer(Lookup found) {
    return Future.succeededFuture(found);
  }

  private void fault(Throwable cause) {
    observer.on(new Event.Fault(Optional.empty(), cause));
  }
}
