package dev.cloakroom.upstream;

/// How many calls may be sent again: one for every ten that were sent, and one a second whatever
/// comes, so that retries cannot double the load on targets that fail under it. Belongs to one
/// event loop.
final class RetryBudget {
  private static final int RETRY = 10;
  private static final int FLOOR = 10 * RETRY;
  private static final int MOST = 100 * RETRY;
  private static final long SECOND = 1_000;

  private int saved = FLOOR;
  private long since;

  RetryBudget(long now) {
    this.since = now;
  }

  /// A call came.
  void earn() {
    if (saved < MOST) {
      saved++;
    }
  }

  /// Whether there is a retry left, which is then taken.
  boolean spend(long now) {
    since = Math.min(since, now); // the clock may have been set back
    var seconds = (now - since) / SECOND;
    if (seconds > 0) {
      since += seconds * SECOND;
      if (saved < FLOOR) {
        saved = (int) Math.min(FLOOR, saved + seconds * RETRY);
      }
    }
    if (saved < RETRY) {
      return false;
    }
    saved -= RETRY;
    return true;
  }
}
