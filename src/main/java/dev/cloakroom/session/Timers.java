package dev.cloakroom.session;

import java.time.Duration;

/// Runs an action once, later: the timers of Vert.x in production, a list that the test works off
/// in a test.
@FunctionalInterface
public interface Timers {
  void after(Duration delay, Runnable action);
}
