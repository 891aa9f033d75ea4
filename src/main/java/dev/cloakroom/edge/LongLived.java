package dev.cloakroom.edge;

import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The sockets and event streams of one event loop: what would never end by itself when the gateway
/// drains, or when its time is over. Used on that event loop only.
final class LongLived {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final InstantSource clock;
  private final Set<Runnable> enders = new HashSet<>();
  private final Set<Deadline> deadlines = new HashSet<>();
  private boolean ending;

  LongLived(InstantSource clock) {
    this.clock = clock;
  }

  private record Deadline(Instant at, Runnable ender) {}

  /// Keeps `ender` until the answer is run. Runs it at once when the gateway is already leaving.
  Runnable add(Runnable ender) {
    if (ending) {
      ender.run();
      return () -> {};
    }
    enders.add(ender);
    return () -> enders.remove(ender);
  }

  /// Has `ender` run by the first [#tick] that is not before `at`, unless the answer is run first.
  Runnable addUntil(Instant at, Runnable ender) {
    var deadline = new Deadline(at, ender);
    deadlines.add(deadline);
    return () -> deadlines.remove(deadline);
  }

  /// Has `ender` run where `sent` takes half a minute: nobody makes room for what is to be sent.
  void unlessSent(Future<?> sent, Runnable ender) {
    if (!sent.isComplete()) {
      var stay = addUntil(clock.instant().plus(PATIENCE), ender);
      sent.onComplete(_ -> stay.run());
    }
  }

  /// Called once a second: ends what has reached its deadline.
  void tick(Instant now) {
    var due = deadlines.stream().filter(deadline -> !now.isBefore(deadline.at)).toList();
    due.forEach(
        deadline -> {
          deadlines.remove(deadline);
          deadline.ender.run();
        });
  }

  /// Ends all of them, and whatever comes later.
  void endAll() {
    ending = true;
    List.copyOf(enders).forEach(Runnable::run);
    enders.clear();
  }
}
