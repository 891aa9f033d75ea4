package dev.cloakroom.session.redis;

import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import dev.cloakroom.session.EndCause;
import dev.cloakroom.session.SessionKey;
import dev.cloakroom.session.SessionStore.Watch;
import dev.cloakroom.session.Watches;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;

/// Looks after the sessions this node knows: ends what nobody used in time, and sees that whoever
/// waits for an end hears of it, however it came.
final class Lookout {
  private static final int MOST_DUE = 1_000;
  private static final Duration ASK_AGAIN = Duration.ofSeconds(1);

  private final Commands commands;
  private final NearSessions near;
  private final Watches watches;
  private final Endings endings;
  private final Farewell farewell;
  private final InstantSource clock;
  private final Observer observer;

  Lookout(
      Commands commands,
      Endings.Memory memory,
      Endings endings,
      Farewell farewell,
      RedisSessionStore.Around around) {
    this.commands = commands;
    this.near = memory.near();
    this.watches = memory.watches();
    this.endings = endings;
    this.farewell = farewell;
    this.clock = around.clock();
    this.observer = around.observer();
  }

  Watch watch(SessionKey key, Consumer<EndCause> listener) {
    var watch = watches.add(key, listener);
    if (near.get(key) == null) { // asked after adding: an end forgets it first and tells then
      near.ended(key)
          .ifPresentOrElse(
              cause -> watches.tell(key, cause), () -> check(commands, key).onFailure(this::fault));
    }
    return watch;
  }

  /// Ends what is past its deadline.
  Future<Void> sweep() {
    return InTurn.each(near.due(MOST_DUE), key -> check(commands, key));
  }

  /// Sees after every session somebody waits for: the message of its end may have been missed.
  Future<Void> checkWatched(Commands first) {
    return InTurn.each(watches.all(), key -> check(first, key));
  }

  private Future<Void> check(Commands by, SessionKey key) {
    return by.find(key, false).compose(reply -> settle(key, reply));
  }

  private Future<Void> settle(SessionKey key, Reply reply) {
    switch (reply.word()) {
      case "live" -> {
        long idleAt = reply.number(3);
        long expiresAt = reply.number(4);
        long deadline = Math.min(idleAt, expiresAt);
        if (deadline <= clock.millis()) {
          return endings.expire(key, idleAt < expiresAt ? EndCause.IDLE : EndCause.ABSOLUTE);
        }
        near.expect(key, deadline);
      }
      case "gone" -> {
        var cause = Messages.tombstone(reply.text(1), clock.millis()).orElse(EndCause.IDLE);
        farewell.heard(key, cause, false);
      }
      case "away" -> near.expect(key, clock.instant().plus(ASK_AGAIN).toEpochMilli());
      default -> farewell.vanished(key);
    }
    return Future.succeededFuture();
  }

  private void fault(Throwable cause) {
    observer.on(new Event.Fault(Optional.empty(), cause));
  }
}
