package dev.cloakroom.session;

import java.time.Duration;
import java.util.OptionalInt;

/// How long sessions live and how many there may be (`session.*`).
///
/// Decision: unless told, there may be as many in memory as the heap has room for. A heap that is
/// full ends the process, and every session with it; a bound that is reached ends the one that is
/// used least. Who asks for more than fits is warned when the gateway starts and gets it all the
/// same, because tokens differ in length. `check` says nothing of it: it often runs on another
/// machine.
///
/// @param maxSessions the memory store's bound; sessions that are seldom used go first
/// @param maxPerUser sessions of one subject; the oldest goes first
public record SessionSettings(
    Duration idleTimeout, Duration maxLifetime, int maxSessions, OptionalInt maxPerUser) {
  /// What a session takes whose tokens are 3.5 KB together, as `src/bench/Sessions.java` says it.
  private static final long SESSION_BYTES = 5 * 1024;

  private static final int MOST_SESSIONS = 100_000_000;

  public SessionSettings {
    if (!idleTimeout.isPositive() || !maxLifetime.isPositive() || maxSessions < 1) {
      throw new IllegalArgumentException("lifetimes and bounds must be positive");
    }
  }

  /// How many sessions a heap has room for: as many as fill three quarters of it. What calls take,
  /// and tokens that are longer, needs the rest.
  ///
  /// @param heap bytes
  public static int roomIn(long heap) {
    return Math.clamp(heap / 4 * 3 / SESSION_BYTES, 1, MOST_SESSIONS);
  }
}
