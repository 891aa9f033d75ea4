package dev.cloakroom.cli.doctor;

import dev.cloakroom.config.GatewayConfig;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// Examines what a configuration names: providers, the session store, upstreams. It changes
/// nothing, logs nobody in and shows no secret but to the store it belongs to.
public final class Doctor {
  private final InstantSource clock;
  private final Probe probe;
  private final Duration longest;

  /// Makes a doctor.
  ///
  /// @param patience for one step: to connect, or to answer
  /// @param longest after which no further examination begins
  public Doctor(InstantSource clock, Duration patience, Duration longest) {
    this.clock = clock;
    this.probe = new Probe(patience);
    this.longest = longest;
  }

  /// Everything that was seen, in the order of the configuration.
  public List<Symptom> examine(GatewayConfig config) throws InterruptedException {
    var until = clock.instant().plus(longest);
    var seen = new ArrayList<Symptom>();
    for (var provider : config.providers().values()) {
      if (isOver(until, "provider " + provider.name(), seen)) {
        return seen;
      }
      seen.addAll(ProviderExam.of(probe, clock, provider));
    }
    if (config.redis().isPresent() && !isOver(until, "store", seen)) {
      seen.addAll(StoreExam.of(probe, config.redis().get()));
    }
    if (!isOver(until, "upstreams", seen)) {
      seen.addAll(UpstreamExam.of(probe, config.routes()));
    }
    return seen;
  }

  private boolean isOver(Instant until, String where, List<Symptom> seen) {
    boolean over = clock.instant().isAfter(until);
    if (over) {
      seen.add(Symptom.fault(where, "not examined: the time is up", "put the above right first"));
    }
    return over;
  }
}
