package dev.cloakroom.wire;

import dev.cloakroom.world.Waiting;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// Waits until a counter has stood still for a while: the way to see that somebody is held back.
final class Stillness {
  private static final int LOOKS = 250;

  private Stillness() {}

  static void of(LongSupplier counter) {
    var last = new AtomicLong(-1);
    var still = new AtomicLong();
    Waiting.until(
        "the counter stands still",
        () -> {
          var now = counter.getAsLong();
          if (last.getAndSet(now) != now) {
            still.set(0);
          }
          return still.incrementAndGet() > LOOKS;
        });
  }
}
