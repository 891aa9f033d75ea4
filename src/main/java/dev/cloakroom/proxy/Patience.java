package dev.cloakroom.proxy;

import java.time.InstantSource;

/// How long a call may take for its next step. What moves prolongs it.
final class Patience {
  private final InstantSource clock;
  private final long idleMillis;
  private boolean active;
  private long deadline;

  /// Gives the first step the time that nothing may move.
  Patience(InstantSource clock, long idleMillis) {
    this.clock = clock;
    this.idleMillis = idleMillis;
    watch(idleMillis);
  }

  /// Gives the next step so long.
  void watch(long millis) {
    active = false;
    deadline = clock.millis() + millis;
  }

  /// Something moved.
  void touch() {
    active = true;
  }

  boolean isOver(long now) {
    if (active) {
      watch(idleMillis);
    }
    return now >= deadline;
  }
}
