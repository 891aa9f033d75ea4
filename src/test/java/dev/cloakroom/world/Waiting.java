package dev.cloakroom.world;

import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

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

  /// Until there is one.
  public static <T> T forA(String what, Duration patience, Supplier<Optional<T>> source) {
    var deadline = Instant.now().plus(patience);
    while (true) {
      var found = source.get();
      if (found.isPresent()) {
        return found.get();
      }
      if (Instant.now().isAfter(deadline)) {
        throw new AssertionError("not within " + patience + ": " + what);
      }
      LockSupport.parkNanos(20_000_000);
    }
  }

  /// Until something outside this thread has become true.
  public static void until(String what, BooleanSupplier condition) {
    var deadline = Instant.now().plus(DEADLINE);
    while (!condition.getAsBoolean()) {
      if (Instant.now().isAfter(deadline)) {
        throw new AssertionError("not within " + DEADLINE + ": " + what);
      }
      LockSupport.parkNanos(2_000_000);
    }
  }
}
