package dev.cloakroom.upstream;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// The clients that make connections.
///
/// All HTTP/1.1 connections are of one client. An HTTP/2 connection has a client of its own,
/// because closing the client is the only way to end a connection whose target never says its
/// settings.
final class Clients {
  private static final int CONNECT_MILLIS = 30_000;
  private static final int HEADER_BYTES = 64 * 1024;
  private static final int CHUNK_BYTES = 64 * 1024;
  private static final int STREAM_WINDOW = 64 * 1024;

  /// Room for all streams, so that none of them, whose browser does not read, stops the others.
  private static final int CONNECTION_WINDOW = Http2Connection.STREAMS * STREAM_WINDOW;

  /// For the longest time: the pools are the gateway's own, and nothing is to be cleaned. But a
  /// client that has no timer stops the very first timer of the process, whosever it is, when it is
  /// closed: the library takes the number 0 for its own.
  private static final int CLEANER_MILLIS = Integer.MAX_VALUE;

  private static final AtomicLong MADE = new AtomicLong();

  private final Vertx vertx;
  private final HttpClientAgent http1;

  Clients(Vertx vertx) {
    this.vertx = vertx;
    this.http1 = made(options());
  }

  HttpClientAgent http1() {
    return http1;
  }

  /// One more, for one connection. It has a name as if it were to be shared, because of a client
  /// without one the library keeps something for ever, even when it is closed.
  HttpClientAgent http2() {
    return made(
        options()
            .setShared(true)
            .setName("http2-" + MADE.incrementAndGet())
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setUseAlpn(true)
            .setAlpnVersions(List.of(HttpVersion.HTTP_2))
            .setHttp2ClearTextUpgrade(false)
            .setHttp2ConnectionWindowSize(CONNECTION_WINDOW)
            .setInitialSettings(
                new Http2Settings()
                    .setPushEnabled(false)
                    .setInitialWindowSize(STREAM_WINDOW)
                    .setMaxHeaderListSize(HEADER_BYTES)));
  }

  private HttpClientAgent made(HttpClientOptions options) {
    return vertx.createHttpClient(options, new PoolOptions().setCleanerPeriod(CLEANER_MILLIS));
  }

  /// Large chunks, because each is one system call; no timeout but a last resort for connecting,
  /// because whoever dials watches the time.
  private static HttpClientOptions options() {
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

  Future<Void> close() {
    return http1.close();
  }
}
