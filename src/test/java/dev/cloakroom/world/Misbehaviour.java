package dev.cloakroom.world;

import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Which endpoints of the scripted provider misbehave, and how: once per fault, or until told
/// otherwise.
final class Misbehaviour {
  private final Map<String, Deque<Fault>> next = new ConcurrentHashMap<>();
  private final Map<String, Fault> lasting = new ConcurrentHashMap<>();

  void nextAt(String endpoint, Fault... faults) {
    var queue = next.computeIfAbsent(endpoint, _ -> new ArrayDeque<>());
    synchronized (queue) {
      queue.addAll(List.of(faults));
    }
  }

  void alwaysAt(String endpoint, Fault fault) {
    lasting.put(endpoint, fault);
  }

  void ends() {
    next.clear();
    lasting.clear();
  }

  /// Every call of an endpoint waits until the promise is completed.
  Promise<Void> holdsAt(String endpoint) {
    Promise<Void> gate = Promise.promise();
    alwaysAt(endpoint, new Fault.Wait(gate.future()));
    return gate;
  }

  /// What goes wrong at the call at hand; null: nothing.
  @Nullable Fault at(String endpoint) {
    var queue = next.get(endpoint);
    if (queue != null) {
      synchronized (queue) {
        var first = queue.poll();
        if (first != null) {
          return first;
        }
      }
    }
    return lasting.get(endpoint);
  }
}
