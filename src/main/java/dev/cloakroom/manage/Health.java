package dev.cloakroom.manage;

import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import dev.cloakroom.session.SessionId;
import dev.cloakroom.session.SessionStore;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/// Whether this gateway should get traffic. A provider that is down is a detail: the sessions there
/// are go on working. Safe from every thread.
public final class Health implements Observer {
  private final Map<String, String> providers = new ConcurrentSkipListMap<>();
  private volatile @Nullable Probe probe;
  private volatile boolean draining;

  private record Probe(SessionStore sessions, SessionId nobody) {}

  /// What `/readyz` answers.
  record Report(boolean ready, JsonObject body) {}

  /// Begins to ask `sessions` for an id that nobody has: a store that can say so is up.
  public void asks(SessionStore sessions, SessionId nobody) {
    probe = new Probe(sessions, nobody);
  }

  /// From now on the gateway is leaving.
  public void drains() {
    draining = true;
  }

  @Override
  public void on(Event event) {
    switch (event) {
      case Event.ProviderDiscovered(var provider, _) -> providers.put(provider, "ok");
      case Event.ProviderUnavailable(var provider, _, _) -> providers.put(provider, "unavailable");
      case Event.ProviderUnusable(var provider, _) -> providers.put(provider, "unusable");
      default -> {}
    }
  }

  Future<Report> report() {
    var asked = probe;
    return asked == null
        ? Future.succeededFuture(report(false))
        : asked
            .sessions()
            .find(asked.nobody(), false)
            .map(found -> report(!(found instanceof SessionStore.Lookup.Unavailable)))
            .otherwise(_ -> report(false));
  }

  private Report report(boolean store) {
    boolean ready = store && !draining;
    var body =
        new JsonObject()
            .put("ready", ready)
            .put("configuration", "ok")
            .put("store", store ? "ok" : "unavailable")
            .put("draining", draining)
            .put("providers", new JsonObject(Map.copyOf(providers)));
    return new Report(ready, body);
  }
}
