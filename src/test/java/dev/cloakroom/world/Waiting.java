package dev.cloakroom.world;

import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/// Waits in test threads, under a deadline that is generous because durations are not under test.
public final class Waiting {
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private Waiting() {}

  /// What the future brings.
  public static <T> T on(Future<T> future) {
    try {
      return future.await(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("nothing came within " + DEADLINE, e);
    }
  }

  /// Until something outside this thread has become true.
  public static void until(String what, BooleanSupplier condition) {
    var deadline = Instant.now().plus(DEADLINE);
    while (!condition.getAsBoolean()) {
      if (Instant.now().isAfter(deadline)) {
        throw new AssertionError("not within " + DEADLINE + ": " + what);
      }
      java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
    }
  }
}
