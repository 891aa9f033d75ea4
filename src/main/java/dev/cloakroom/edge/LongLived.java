package dev.cloakroom.edge;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The sockets and event streams of one event loop: what would never end by itself when the gateway
/// drains. Used on that event loop only.
final class LongLived {
  private final Set<Runnable> enders = new HashSet<>();
  private boolean ending;

  /// Keeps `ender` until the answer is run. Runs it at once when the gateway is already leaving.
  Runnable add(Runnable ender) {
    if (ending) {
      ender.run();
      return () -> {};
    }
    enders.add(ender);
    return () -> enders.remove(ender);
  }

  /// Ends all of them, and whatever comes later.
  void endAll() {
    ending = true;
    List.copyOf(enders).forEach(Runnable::run);
    enders.clear();
  }
}
