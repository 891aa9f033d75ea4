package dev.cloakroom.session;

import java.time.Duration;
import java.util.OptionalInt;

/// How long sessions live and how many there may be (`session.*`).
///
/// @param maxSessions the memory store's bound; sessions that are seldom used go first
/// @param maxPerUser sessions of one subject; the oldest goes first
public record SessionSettings(
    Duration idleTimeout, Duration maxLifetime, int maxSessions, OptionalInt maxPerUser) {
  public SessionSettings {
    if (!idleTimeout.isPositive() || !maxLifetime.isPositive() || maxSessions < 1) {
      throw new IllegalArgumentException("lifetimes and bounds must be positive");
    }
  }
}
