package dev.cloakroom.limit;

import java.util.concurrent.ConcurrentHashMap;

/// How many things of each kind are under way at a time. Remembers only what is; whoever enters has
/// to leave. Shared by all event loops.
///
/// @param <K> tells the kinds apart
public final class UnderWay<K> {
  private final int most;
  private final ConcurrentHashMap<K, Integer> counts = new ConcurrentHashMap<>();

  /// Lets in so many of a kind.
  public UnderWay(int most) {
    this.most = most;
  }

  /// Whether there is room for one more; if so, it has entered.
  public boolean enters(K kind) {
    var entered = new boolean[1];
    counts.compute(
        kind,
        (_, count) -> {
          int now = count == null ? 0 : count;
          entered[0] = now < most;
          return entered[0] ? Integer.valueOf(now + 1) : count;
        });
    return entered[0];
  }

  /// One that entered is over.
  public void leaves(K kind) {
    counts.computeIfPresent(kind, (_, count) -> count > 1 ? count - 1 : null);
  }

  /// Kinds of which something is under way.
  public int size() {
    return counts.size();
  }
}
