package dev.cloakroom.proxy;

import java.time.InstantSource;
import java.util.OptionalLong;

/// How long a call may take for its next step, which what moves prolongs, and in all, which nothing
/// prolongs.
final class Patience {
  private final InstantSource clock;
  private final long idleMillis;
  private boolean active;
  private long deadline;
  private long end;

  /// Gives the first step the time that nothing may move.
  Patience(InstantSource clock, long idleMillis, OptionalLong totalMillis) {
    this.clock = clock;
    this.idleMillis = idleMillis;
    this.end = totalMillis.isPresent() ? clock.millis() + totalMillis.getAsLong() : Long.MAX_VALUE;
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
    return now >= deadline || now >= end;
  }

  /// Whether it has taken all the time it has.
  boolean isSpent() {
    return clock.millis() >= end;
  }

  /// It may go on for ever: a socket, a stream of events, what comes after an answer.
  void endless() {
    end = Long.MAX_VALUE;
  }
}
