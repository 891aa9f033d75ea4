package dev.cloakroom.upstream;

import dev.cloakroom.crypto.TlsFiles;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import java.net.URI;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The targets as one event loop sees them. Made on that loop, used on that loop only, so that a
/// call never changes threads.
public final class Upstreams {
  private static final int CONNECT_MILLIS = 30_000;
  private static final int HEADER_BYTES = 64 * 1024;
  private static final int CHUNK_BYTES = 64 * 1024;

  private final HttpClientAgent client;
  private final UpstreamSettings settings;
  private final Monitor monitor;
  private final InstantSource clock;
  private final Map<Shared, Pool> pools = new HashMap<>();

  /// What routes must have in common to share connections.
  private record Shared(URI origin, Optional<TlsFiles> tls) {}

  public Upstreams(Vertx vertx, UpstreamSettings settings, Monitor monitor, InstantSource clock) {
    this.settings = settings;
    this.monitor = monitor;
    this.clock = clock;
    this.client = vertx.createHttpClient(options(), new PoolOptions().setCleanerPeriod(0));
  }

  /// Large chunks, because each is one system call; no timeout but a last resort for connecting,
  /// because whoever dials watches the time.
  static HttpClientOptions options() {
    var options =
        new HttpClientOptions()
            .setConnectTimeout(CONNECT_MILLIS)
            .setKeepAliveTimeout(0)
            .setMaxHeaderSize(HEADER_BYTES)
            .setMaxInitialLineLength(HEADER_BYTES)
            .setMaxChunkSize(CHUNK_BYTES)
            .setDecompressionSupported(false)
            .setTcpNoDelay(true)
            .setVerifyHost(true);
    if (OpenSSLEngineOptions.isAvailable()) {
      options.setSslEngineOptions(new OpenSSLEngineOptions());
    }
    return options;
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
        pools.computeIfAbsent(new Shared(origin, upstream.tls()), _ -> pool(origin, upstream)),
        path.endsWith("/") ? path.substring(0, path.length() - 1) : path,
        monitor.health(origin, upstream));
  }

  private Pool pool(URI origin, Upstream upstream) {
    return new Pool(origin, new Dialer(origin, client, monitor.tls(upstream)), settings, clock);
  }

  static URI origin(URI target) {
    return URI.create(target.getScheme() + "://" + target.getRawAuthority());
  }

  /// Closes what idled too long.
  public void sweep(long now) {
    pools.values().forEach(pool -> pool.sweep(now));
  }

  public Future<Void> close() {
    return client.close();
  }
}
