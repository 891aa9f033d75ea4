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
import java.util.List;
import java.util.Map;

/// The targets as one event loop sees them. Made on that loop, used on that loop only, so that a
/// call never changes threads.
public final class Upstreams {
  private static final int CONNECT_MILLIS = 30_000;
  private static final int HEADER_BYTES = 64 * 1024;
  private static final int CHUNK_BYTES = 64 * 1024;

  private final HttpClientAgent client;
  private final UpstreamSettings settings;
  private final InstantSource clock;
  private final Map<URI, Pool> pools = new HashMap<>();

  public Upstreams(Vertx vertx, UpstreamSettings settings, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
    this.client = vertx.createHttpClient(options(settings), new PoolOptions().setCleanerPeriod(0));
  }

  /// Large chunks, because each is one system call; no timeout but a last resort for connecting,
  /// because the forwarder watches the time.
  private static HttpClientOptions options(UpstreamSettings settings) {
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
  public Rotation rotation(List<URI> targets) {
    return new Rotation(targets.stream().map(this::target).toList());
  }

  private Target target(URI target) {
    var path = target.getRawPath();
    return new Target(
        pool(target), path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
  }

  private Pool pool(URI target) {
    return pools.computeIfAbsent(
        URI.create(target.getScheme() + "://" + target.getRawAuthority()),
        origin -> new Pool(origin, client, settings, clock));
  }

  /// Closes what idled too long.
  public void sweep(long now) {
    pools.values().forEach(pool -> pool.sweep(now));
  }

  public Future<Void> close() {
    return client.close();
  }
}
