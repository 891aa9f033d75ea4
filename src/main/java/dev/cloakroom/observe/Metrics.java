package dev.cloakroom.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/// Counts events, under the names of the OpenTelemetry conventions where they have one. No label
/// holds a user, a session, an address or a raw path.
///
/// @spec https://opentelemetry.io/docs/specs/semconv/http/http-metrics/ OpenTelemetry HTTP metrics
public final class Metrics implements Observer {
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(75),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofMillis(750),
    Duration.ofSeconds(1),
    Duration.ofMillis(2500),
    Duration.ofSeconds(5),
    Duration.ofMillis(7500),
    Duration.ofSeconds(10)
  };

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final MeterProvider<Timer> requests =
      Timer.builder("http.server.request.duration")
          .serviceLevelObjectives(BUCKETS)
          .withRegistry(registry);
  private final Map<Served, Timer> timers = new ConcurrentHashMap<>();
  private final MeterProvider<Timer> refreshTimes =
      Timer.builder("cloakroom.token.refresh.duration")
          .serviceLevelObjectives(BUCKETS)
          .withRegistry(registry);

  /// Shows how many sessions there are.
  public void sessions(LongSupplier size) {
    Gauge.builder("cloakroom.sessions.active", size, LongSupplier::getAsLong)
        .strongReference(true)
        .register(registry);
  }

  /// Shows how many there may be in memory, where that is where they are.
  public void mostSessions(int most) {
    Gauge.builder("cloakroom.sessions.limit", () -> most).register(registry);
  }

  /// Shows whether sessions can be had: 1 or 0.
  public void store(BooleanSupplier up) {
    Gauge.builder("cloakroom.sessions.store.up", up, each -> each.getAsBoolean() ? 1 : 0)
        .strongReference(true)
        .register(registry);
  }

  /// Shows whether a target takes part in the balance: 1 or 0.
  public void upstream(String target, BooleanSupplier in) {
    Gauge.builder("cloakroom.upstream.up", in, each -> each.getAsBoolean() ? 1 : 0)
        .tag("cloakroom.upstream", target)
        .strongReference(true)
        .register(registry);
  }

  /// The page for Prometheus.
  public String scrape() {
    return registry.scrape();
  }

  @Override
  public void on(Event event) {
    switch (event) {
      case Event.RequestServed served -> served(served);
      case Event.RequestRefused(var code, _, _, _) -> refused(code);
      case Event.RequestReported _ -> count("cloakroom.requests.reported");
      case Event.LoginStarted(var provider) -> login(provider, "started", "none");
      case Event.LoginSucceeded(var provider, _) -> login(provider, "succeeded", "none");
      case Event.LoginRejected(var provider, var reason) -> login(provider, "rejected", reason);
      case Event.SessionStarted _ -> count("cloakroom.sessions.started");
      case Event.SessionEnded(_, var cause, _) -> ended(cause);
      case Event.SessionStoreAway(var problem) ->
          count("cloakroom.sessions.store.outages", "error.type", problem);
      case Event.SessionUnreadable(var problem) ->
          count("cloakroom.sessions.unreadable", "error.type", problem);
      case Event.SessionEndLost _ -> count("cloakroom.sessions.ends.lost");
      case Event.TokenRefreshed refreshed -> refreshed(refreshed);
      case Event.TokenObtained(var provider, var grant, var outcome, _, _) ->
          count("cloakroom.token.grants", "provider", provider, "grant", grant, "outcome", outcome);
      case Event.RefreshShared(var provider) ->
          count("cloakroom.token.refresh.coalesced", "provider", provider);
      case Event.KeysFetched(var provider, _) -> keys(provider, "fetched");
      case Event.KeysUnavailable(var provider, _) -> keys(provider, "unavailable");
      case Event.ProviderUnavailable(var provider, _, _) -> provider(provider, "unavailable");
      case Event.ProviderUnusable(var provider, _) -> provider(provider, "unusable");
      case Event.ProviderDiscovered(var provider, _) -> provider(provider, "ok");
      case Event.TokensRevoked(var provider, _) -> revocation(provider, "confirmed");
      case Event.RevocationFailed(var provider) -> revocation(provider, "failed");
      case Event.PreviousSecretUsed(var provider) ->
          count("cloakroom.provider.previous.secret", "provider", provider);
      case Event.IdTokenIgnored(var provider, var reason) ->
          count("cloakroom.id.tokens.ignored", "provider", provider, "error.type", reason);
      case Event.TokenDisowned(var provider) ->
          count("cloakroom.tokens.disowned", "provider", provider);
      case Event.IntrospectionFailed(var provider, var problem) ->
          count("cloakroom.introspection.failures", "provider", provider, "error.type", problem);
      case Event.UpstreamFailed(var upstream, _, _) ->
          count("cloakroom.upstream.failures", "cloakroom.upstream", upstream);
      case Event.UpstreamRetried(var upstream, _, _) ->
          count("cloakroom.upstream.retries", "cloakroom.upstream", upstream);
      case Event.UpstreamAway(var upstream, var problem) ->
          count(
              "cloakroom.upstream.outages", "cloakroom.upstream", upstream, "error.type", problem);
      case Event.InsecureSetting(var key, _) -> count("cloakroom.insecure.settings", "key", key);
      case Event.CertificateReloaded _ -> count("cloakroom.certificates", "outcome", "reloaded");
      case Event.CertificateRefused _ -> count("cloakroom.certificates", "outcome", "refused");
      case Event.Fault _ -> count("cloakroom.faults");
      case Event.SessionsExceedHeap _,
          Event.UpstreamBack _,
          Event.SessionsPersisted _,
          Event.SessionsRestored _,
          Event.SnapshotRefused _,
          Event.PkceUnconfirmed _,
          Event.SessionStoreBack _,
          Event.GatewayReady _,
          Event.GatewayStopping _,
          Event.GatewayStopped _ -> {}
    }
  }

  private void served(Event.RequestServed served) {
    timers
        .computeIfAbsent(
            new Served(served.method(), served.route(), served.status()), this::register)
        .record(served.took());
  }

  private Timer register(Served served) {
    return requests.withTags(
        "http.request.method", served.method(),
        "http.route", served.route(),
        "http.response.status_code", Integer.toString(served.status()));
  }

  /// What a request's timer is known by. Methods and routes are of closed lists.
  private record Served(String method, String route, int status) {}

  private void refused(String code) {
    count("cloakroom.requests.rejected", "reason", code);
  }

  private void login(String provider, String outcome, String errorType) {
    count(
        "cloakroom.auth.logins",
        "provider",
        provider,
        "outcome",
        outcome,
        "error.type",
        errorType.toLowerCase(Locale.ROOT));
  }

  private void ended(String cause) {
    var reason = cause.toLowerCase(Locale.ROOT);
    count("cloakroom.sessions.ended", "reason", reason);
  }

  private void refreshed(Event.TokenRefreshed refreshed) {
    count(
        "cloakroom.token.refreshes",
        "provider",
        refreshed.provider(),
        "outcome",
        refreshed.outcome());
    refreshTimes
        .withTags("provider", refreshed.provider(), "outcome", refreshed.outcome())
        .record(refreshed.took());
  }

  private void keys(String provider, String outcome) {
    count("cloakroom.jwks.refreshes", "provider", provider, "outcome", outcome);
  }

  private void provider(String provider, String outcome) {
    count("cloakroom.provider.discoveries", "provider", provider, "outcome", outcome);
  }

  private void revocation(String provider, String outcome) {
    count("cloakroom.token.revocations", "provider", provider, "outcome", outcome);
  }

  private void count(String name, String... tags) {
    Counter.builder(name).tags(tags).register(registry).increment();
  }
}
