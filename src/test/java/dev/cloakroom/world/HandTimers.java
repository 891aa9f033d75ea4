package dev.cloakroom.world;

import dev.cloakroom.session.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Timers that a test winds by hand.
public final class HandTimers implements Timers {
  private final List<Runnable> waiting = new ArrayList<>();
  private final List<Duration> pauses = new ArrayList<>();

  @Override
  public synchronized void after(Duration delay, Runnable action) {
    pauses.add(delay);
    waiting.add(action);
  }

  /// Runs what is waiting now; what that adds waits for the next call.
  public void fire() {
    List<Runnable> due;
    synchronized (this) {
      due = List.copyOf(waiting);
      waiting.clear();
    }
    due.forEach(Runnable::run);
  }

  public synchronized int waiting() {
    return waiting.size();
  }

  /// Every pause that was asked for, in order.
  public synchronized List<Duration> pauses() {
    return List.copyOf(pauses);
  }
}
