package dev.cloakroom.upstream;

import dev.cloakroom.crypto.TlsFiles;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The targets as one event loop sees them. Made on that loop, used on that loop only, so that a
/// call never changes threads.
public final class Upstreams {
  private final Clients clients;
  private final UpstreamSettings settings;
  private final Monitor monitor;
  private final InstantSource clock;
  private final Map<Shared, Pool> pools = new HashMap<>();

  /// What routes must have in common to share connections.
  private record Shared(URI origin, Optional<TlsFiles> tls, Protocol protocol) {}

  public Upstreams(Vertx vertx, UpstreamSettings settings, Monitor monitor, InstantSource clock) {
    this.settings = settings;
    this.monitor = monitor;
    this.clock = clock;
    this.clients = new Clients(vertx);
  }

  /// The targets of one route; those that share a target share its connections.
  public Rotation rotation(Upstream upstream) {
    return new Rotation(
        upstream.targets().stream().map(target -> target(target, upstream)).toList(), clock);
  }

  private Target target(URI target, Upstream upstream) {
    var origin = origin(target);
    var path = target.getRawPath();
    return new Target(
        pool(origin, upstream, upstream.protocol()),
        pool(origin, upstream, Protocol.HTTP1),
        path.endsWith("/") ? path.substring(0, path.length() - 1) : path,
        monitor.health(origin, upstream));
  }

  private Pool pool(URI origin, Upstream upstream, Protocol protocol) {
    return pools.computeIfAbsent(
        new Shared(origin, upstream.tls(), protocol),
        _ -> {
          var dialer = new Dialer(origin, protocol, clients, monitor.tls(upstream));
          return switch (protocol) {
            case HTTP1 -> new Http1Pool(dialer, settings, clock);
            case HTTP2 -> new Http2Pool(dialer, settings, clock);
          };
        });
  }

  static URI origin(URI target) {
    return URI.create(target.getScheme() + "://" + target.getRawAuthority());
  }

  /// Closes what idled too long.
  public void sweep(long now) {
    pools.values().forEach(pool -> pool.sweep(now));
  }

  public Future<Void> close() {
    return clients.close();
  }
}
