package dev.cloakroom.wire;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Waits for a latch, under a generous deadline.
final class Gate {
  private Gate() {}

  static void await(CountDownLatch latch) {
    try {
      if (!latch.await(20, TimeUnit.SECONDS)) {
        throw new AssertionError("what was waited for did not happen");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
