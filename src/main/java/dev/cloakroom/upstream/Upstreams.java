package dev.cloakroom.upstream;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.PemTrustOptions;
import java.net.URI;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/// The targets as one event loop sees them. Made on that loop, used on that loop only, so that a
/// call never changes threads.
public final class Upstreams {
  private static final int HEADER_BYTES = 64 * 1024;
  private static final int CHUNK_BYTES = 64 * 1024;

  private final HttpClientAgent client;
  private final UpstreamSettings settings;
  private final Monitor monitor;
  private final InstantSource clock;
  private final Map<URI, Pool> pools = new HashMap<>();

  public Upstreams(Vertx vertx, UpstreamSettings settings, Monitor monitor, InstantSource clock) {
    this.settings = settings;
    this.monitor = monitor;
    this.clock = clock;
    this.client = vertx.createHttpClient(options(settings), new PoolOptions().setCleanerPeriod(0));
  }

  /// Large chunks, because each is one system call; no timeout but that of each connect, because
  /// the forwarder watches the time.
  private static HttpClientOptions options(UpstreamSettings settings) {
    var options =
        new HttpClientOptions()
            .setKeepAliveTimeout(0)
            .setMaxHeaderSize(HEADER_BYTES)
            .setMaxInitialLineLength(HEADER_BYTES)
            .setMaxChunkSize(CHUNK_BYTES)
            .setDecompressionSupported(false)
            .setTcpNoDelay(true)
            .setVerifyHost(true);
    settings
        .trustedCertificates()
        .ifPresent(
            file -> options.setTrustOptions(new PemTrustOptions().addCertPath(file.toString())));
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
    var origin = URI.create(target.getScheme() + "://" + target.getRawAuthority());
    var path = target.getRawPath();
    return new Target(
        pools.computeIfAbsent(origin, one -> new Pool(one, client, settings, clock)),
        path.endsWith("/") ? path.substring(0, path.length() - 1) : path,
        monitor.of(origin, upstream));
  }

  /// Closes what idled too long.
  public void sweep(long now) {
    pools.values().forEach(pool -> pool.sweep(now));
  }

  public Future<Void> close() {
    return client.close();
  }
}
