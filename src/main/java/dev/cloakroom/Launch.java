package dev.cloakroom;

import dev.cloakroom.config.GatewayConfig;
import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.crypto.TlsWatch;
import dev.cloakroom.edge.Certificates;
import dev.cloakroom.edge.Fronts;
import dev.cloakroom.edge.Listener;
import dev.cloakroom.manage.Health;
import dev.cloakroom.manage.ManagementServer;
import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Metrics;
import dev.cloakroom.observe.Observer;
import dev.cloakroom.proxy.Forwarder;
import dev.cloakroom.proxy.Route;
import dev.cloakroom.session.FrontEnd;
import dev.cloakroom.session.SessionId;
import dev.cloakroom.session.SessionSettings;
import dev.cloakroom.upstream.Monitor;
import dev.cloakroom.upstream.UpstreamSettings;
import dev.cloakroom.upstream.Upstreams;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The way from a configuration to a gateway that listens. The public port is bound first, because
/// redirect URIs are made of it; then the rooms are built; then every event loop opens.
final class Launch {
  private static final int MAX_LOOPS = 32;
  private static final String PORTS = "cloakroom.shared-ports";
  private static final long SWEEP_MILLIS = 1000;

  private final GatewayConfig config;
  private final Vertx vertx;
  private final InstantSource clock;
  private final Entropy entropy;
  private final Observer observer;
  private final Optional<Certificates> certificates;
  private final TlsWatch tls;
  private final Monitor monitor;
  private final Metrics metrics = new Metrics();
  private final Health health = new Health();

  Launch(
      GatewayConfig config, Vertx vertx, InstantSource clock, Entropy entropy, Observer listener) {
    this.config = config;
    this.vertx = vertx;
    this.clock = clock;
    this.entropy = entropy;
    this.observer = Observer.all(metrics, health, listener);
    this.tls = new TlsWatch(vertx, observer);
    config.frontEnds().stream()
        .flatMap(each -> each.providers().values().stream())
        .flatMap(provider -> provider.tls().stream())
        .forEach(
            files -> {
              var _ = tls.of(files);
            });
    this.monitor = new Monitor(vertx, tls, clock, observer);
    this.certificates =
        config.server().tls().map(files -> new Certificates(files, vertx, observer));
  }

  Future<Gateway.Running> run() {
    int loops = Math.min(Runtime.getRuntime().availableProcessors(), MAX_LOOPS);
    var deployed = new ArrayList<String>();
    var usable =
        certificates
            .map(Certificates::load)
            .orElseGet(Future::succeededFuture)
            .recover(cause -> cannotListen(config.server().host(), config.server().port(), cause));
    return usable
        .compose(_ -> monitor.watch(config.routes().stream().map(Route::upstream).toList()))
        .compose(_ -> port())
        .compose(port -> bind(port, loops, deployed))
        .compose(listeners -> open(listeners, deployed))
        .recover(failure -> undeploy(deployed).transform(_ -> Future.failedFuture(failure)));
  }

  /// The configured port; for 0 a negative number, which makes Vert.x bind one free port for all
  /// listeners that ask with the same number.
  private Future<Integer> port() {
    int configured = config.server().port();
    return configured != 0
        ? Future.succeededFuture(configured)
        : vertx
            .sharedData()
            .getLocalCounter(PORTS)
            .compose(counter -> counter.incrementAndGet())
            .map(number -> (int) -number);
  }

  private Future<List<Listener>> bind(int port, int loops, List<String> deployed) {
    var listeners = new ArrayList<Listener>();
    var bound = Future.<Void>succeededFuture();
    for (int i = 0; i < loops; i++) {
      var keys = certificates.map(Certificates::keys);
      var listener = new Listener(config.server(), keys, port, loops, clock);
      listeners.add(listener);
      bound =
          bound.compose(_ -> vertx.deployVerticle(listener)).onSuccess(deployed::add).mapEmpty();
    }
    return bound
        .map(_ -> (List<Listener>) listeners)
        .recover(cause -> cannotListen(config.server().host(), Math.max(0, port), cause));
  }

  private Future<Gateway.Running> open(List<Listener> listeners, List<String> deployed) {
    int port = listeners.getFirst().boundPort();
    var publicUrls =
        config.frontEnds().stream().map(each -> PublicUrl.withPort(each.server(), port)).toList();
    var around = new Fronts.Around(vertx, clock, entropy, observer);
    var assembly = new Assembly(config, publicUrls, tls, around);
    health.asks(assembly.sessions(), SessionId.draw(FrontEnd.ONLY, entropy));
    metrics.sessions(assembly.sessions()::size);
    if (config.redis().isEmpty()) {
      bounded(config.session().maxSessions(), Runtime.getRuntime().maxMemory());
    }
    metrics.store(assembly::storeIsUp);
    var management =
        new ManagementServer(
            config.management(),
            vertx,
            health,
            metrics::scrape,
            assembly.administration(),
            observer);
    monitor.healths().forEach(health -> metrics.upstream(health.target(), health::isIn));
    long sweeper = vertx.setPeriodic(SWEEP_MILLIS, _ -> sweep(assembly));
    certificates.ifPresent(listeners.getFirst()::renews);
    return assembly
        .restore()
        .compose(_ -> assembly.open())
        .compose(_ -> open(listeners, assembly))
        .compose(
            _ ->
                management
                    .start()
                    .recover(
                        cause ->
                            cannotListen(
                                config.management().host(), config.management().port(), cause)))
        .onFailure(_ -> vertx.cancelTimer(sweeper))
        .recover(cause -> assembly.close().transform(_ -> Future.failedFuture(cause)))
        .map(
            managementPort -> {
              var running =
                  new RunningGateway(
                      new RunningGateway.Parts(listeners, deployed, management, assembly, sweeper),
                      new RunningGateway.Addresses(publicUrls.getFirst(), port, managementPort),
                      config.server().shutdown(),
                      vertx,
                      observer,
                      health);
              observer.on(ready(publicUrls, port, managementPort));
              assembly.discoverProviders();
              return running;
            });
  }

  private void bounded(int most, long heap) {
    metrics.mostSessions(most);
    int room = SessionSettings.roomIn(heap);
    if (most > room) {
      observer.on(new Event.SessionsExceedHeap(most, room));
    }
  }

  private Future<?> open(List<Listener> listeners, Assembly assembly) {
    return Future.all(
        listeners.stream().map(each -> each.open(assembly.fronts(), this::forwarder)).toList());
  }

  private void sweep(Assembly assembly) {
    assembly.sweep();
    var _ = monitor.tick();
  }

  private static <T> Future<T> cannotListen(String host, int port, Throwable cause) {
    return Future.failedFuture(new CannotListenException(host, port, cause));
  }

  private Forwarder forwarder(Vertx loop) {
    return new Forwarder(
        loop,
        new Upstreams(loop, UpstreamSettings.defaults(), monitor, clock),
        clock,
        observer,
        config.routes().stream()
            .flatMap(route -> route.identity().headers().keySet().stream())
            .collect(Collectors.toSet()));
  }

  private Event ready(List<URI> publicUrls, int port, int managementPort) {
    return new Event.GatewayReady(
        publicUrls,
        config.server().host() + ":" + port,
        config.management().host() + ":" + managementPort);
  }

  private Future<Void> undeploy(List<String> deployed) {
    return Future.join(deployed.stream().map(vertx::undeploy).toList()).mapEmpty();
  }
}
