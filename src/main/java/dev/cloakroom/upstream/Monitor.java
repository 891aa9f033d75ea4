package dev.cloakroom.upstream;

import dev.cloakroom.observe.Observer;
import java.net.URI;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The health of all targets, one for the process: what one event loop learns of a target, the
/// others know. Safe to use from any of them.
public final class Monitor {
  private final InstantSource clock;
  private final Observer observer;
  private final Map<Watched, Health> healths = new ConcurrentHashMap<>();

  /// Routes that ask the same target differently see it apart.
  private record Watched(URI origin, Optional<HealthCheck> check) {}

  public Monitor(InstantSource clock, Observer observer) {
    this.clock = clock;
    this.observer = observer;
  }

  Health of(URI origin, Upstream upstream) {
    return healths.computeIfAbsent(
        new Watched(origin, upstream.health()),
        watched -> new Health(watched.origin.toString(), clock, observer));
  }
}
