package dev.cloakroom.edge;

import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// What one HTTP/2 connection may take. Beyond the bound on frames that cancel (in either
/// direction: a client can also make the server cancel), on fragments of a head, or on frames that
/// wait for a client that does not read (10000 at most), the connection ends.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9113#section-10.5 RFC 9113, 10.5
final class Http2Limits {
  private static final int STREAMS = 100;
  private static final int STREAM_WINDOW = 65_535;

  /// Bytes of all request bodies that wait for their upstreams: four that stand still do not stop
  /// the others.
  private static final int CONNECTION_WINDOW = 256 * 1024;

  private static final int RESETS = 200;
  private static final int RESET_WINDOW_SECONDS = 30;
  private static final int SMALL_CONTINUATIONS = 16;

  private Http2Limits() {}

  static void set(HttpServerOptions options, ServerSettings settings) {
    options
        .setAlpnVersions(
            settings.http2()
                ? List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1)
                : List.of(HttpVersion.HTTP_1_1))
        .setInitialSettings(
            new Http2Settings()
                .setMaxConcurrentStreams(STREAMS)
                .setInitialWindowSize(STREAM_WINDOW)
                .setMaxHeaderListSize(settings.limits().headerBytes()))
        .setHttp2ConnectionWindowSize(CONNECTION_WINDOW)
        .setHttp2RstFloodMaxRstFramePerWindow(RESETS)
        .setHttp2RstFloodWindowDuration(RESET_WINDOW_SECONDS)
        .setHttp2RstFloodWindowDurationTimeUnit(TimeUnit.SECONDS)
        .setHttp2MaxSmallContinuationFrames(SMALL_CONTINUATIONS);
  }
}
