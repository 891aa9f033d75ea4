package dev.cloakroom.edge;

import dev.cloakroom.edge.arrival.Arrivals;
import dev.cloakroom.edge.arrival.Connections;
import dev.cloakroom.edge.arrival.StrictFrames;
import dev.cloakroom.edge.arrival.StrictRequestDecoder;
import dev.cloakroom.proxy.Forwarder;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.Http2ServerConnection;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One event loop's share of the public listener. It is bound first, so that its port is known, and
/// opened when everything behind it is built; in between it answers 503.
public final class Listener extends VerticleBase {
  private static final int CHUNK_BYTES = 64 * 1024;
  private static final int BACKLOG = 1024;
  private static final int TLS_HANDSHAKE_SECONDS = 10;
  private static final long TICK_MILLIS = 1000;
  private static final long CERTIFICATE_CHECK_MILLIS = 2000;

  /// This part of the grace, one second of the usual 25, is for requests that cross the goodbye.
  private static final int CROSSING_SHARE = 25;

  private final ServerSettings settings;
  private final Optional<KeyCertOptions> keys;
  private final int port;
  private final InstantSource clock;
  private final Connections connections;
  private final LongLived longLived;
  private @Nullable HttpServer server;
  private @Nullable Reception reception;

  /// Takes its share of a listener.
  ///
  /// @param keys with them it speaks TLS, without them it does not
  /// @param port negative: any free port, shared by all listeners with the same number
  /// @param shares how many event loops share the listener
  public Listener(
      ServerSettings settings,
      Optional<KeyCertOptions> keys,
      int port,
      int shares,
      InstantSource clock) {
    this.keys = keys;
    this.settings = settings;
    this.port = port;
    this.clock = clock;
    this.longLived = new LongLived(clock);
    this.connections = new Connections(Math.max(1, settings.limits().connections() / shares));
  }

  @Override
  public Future<?> start() {
    vertx.setPeriodic(TICK_MILLIS, _ -> tick());
    var options = options(settings, keys);
    var made =
        Arrivals.server(
                vertx,
                options,
                settings.h2c(),
                settings.limits().connections(),
                connections::arrived)
            .connectionHandler(connection -> opened(connection, options))
            .requestHandler(this::handle)
            .invalidRequestHandler(this::invalid);
    server = made;
    return made.listen(port, settings.host());
  }

  /// A connection that several requests share is known only from its first settings on.
  private void opened(HttpConnection connection, HttpServerOptions options) {
    if (connection instanceof Http2ServerConnection) {
      StrictFrames.guard(connection, clock);
    } else {
      StrictRequestDecoder.guard(
          connection, options, request -> connections.bodyBroke(connection, request));
    }
    connections.opened(connection, ((ConnectionBase) connection).channelHandlerContext().channel());
  }

  private void tick() {
    connections.tick();
    longLived.tick(clock.instant());
  }

  private static HttpServerOptions options(ServerSettings settings, Optional<KeyCertOptions> keys) {
    var options =
        new HttpServerOptions()
            .setMaxHeaderSize(settings.limits().headerBytes())
            .setMaxInitialLineLength(Admission.LONGEST_TARGET)
            .setMaxChunkSize(CHUNK_BYTES)
            .setAcceptBacklog(BACKLOG)
            .setTcpNoDelay(true)
            .setCompressionSupported(false)
            .setDecompressionSupported(false)
            .setPerFrameWebSocketCompressionSupported(false)
            .setPerMessageWebSocketCompressionSupported(false)
            .setHttp2ClearTextEnabled(false);
    Http2Limits.set(options, settings);
    keys.ifPresent(
        pairs ->
            options
                .setSsl(true)
                .setUseAlpn(true)
                .setSslHandshakeTimeout(TLS_HANDSHAKE_SECONDS)
                .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS)
                .setKeyCertOptions(pairs));
    if (OpenSSLEngineOptions.isAvailable()) { // BoringSSL; the JDK's own takes its place elsewhere
      options.setSslEngineOptions(new OpenSSLEngineOptions());
    }
    return options;
  }

  /// The port that was bound.
  public int boundPort() {
    return server == null ? 0 : server.actualPort();
  }

  /// Begins to answer. The forwarder is made on this event loop.
  public Future<Void> open(List<Fronts> frontEnds, Function<Vertx, Forwarder> forwarders) {
    Promise<Void> opened = Promise.promise();
    context.runOnContext(
        _ -> {
          reception = Fronts.reception(frontEnds, forwarders.apply(vertx), connections, longLived);
          opened.complete();
        });
    return opened.future();
  }

  /// Serves with the certificates as they change. All listeners of a port share them, so that it is
  /// enough to tell one.
  public void renews(Certificates certificates) {
    context.runOnContext(
        _ ->
            vertx.setPeriodic(
                CERTIFICATE_CHECK_MILLIS,
                _ -> {
                  if (server != null) {
                    certificates.check(server);
                  }
                }));
  }

  /// Ends sockets and event streams and has every connection end with its answer, idle ones after a
  /// short wait for a request that is on its way; then accepts nothing new. All of it takes `grace`
  /// at most.
  public Future<Void> drain(Duration grace) {
    Promise<Void> drained = Promise.promise();
    context.runOnContext(
        _ -> {
          longLived.endAll();
          crossing(grace.dividedBy(CROSSING_SHARE))
              .compose(_ -> shutdown(grace.minus(grace.dividedBy(CROSSING_SHARE))))
              .onComplete(drained);
        });
    return drained.future();
  }

  /// The HTTP server below would drop a request that crosses its goodbye, and the client would see
  /// a reset.
  private Future<Void> crossing(Duration wait) {
    var emptied = connections.drain();
    if (emptied.isComplete() || wait.toMillis() == 0) {
      return Future.succeededFuture();
    }
    Promise<Void> over = Promise.promise();
    long timer = vertx.setTimer(wait.toMillis(), _ -> over.tryComplete());
    emptied.onSuccess(
        _ -> {
          vertx.cancelTimer(timer);
          over.tryComplete();
        });
    return over.future();
  }

  private Future<Void> shutdown(Duration grace) {
    connections.closeIdle();
    return server == null
        ? Future.succeededFuture()
        : server.shutdown(grace.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void handle(HttpServerRequest http) {
    if (reception == null) {
      http.response().setStatusCode(503).putHeader("Retry-After", "1").end();
    } else {
      reception.handle(http);
    }
  }

  private void invalid(HttpServerRequest http) {
    if (reception == null) {
      http.connection().close();
    } else {
      reception.invalid(http, code(http.decoderResult().cause()));
    }
  }

  private static ProblemCode code(Throwable cause) {
    return switch (cause) {
      case TooLongHttpLineException _ -> ProblemCode.URI_TOO_LONG;
      case TooLongHttpHeaderException _ -> ProblemCode.HEADER_FIELDS_TOO_LARGE;
      case TooLongFrameException _ -> ProblemCode.HEADER_FIELDS_TOO_LARGE;
      default -> ProblemCode.BAD_REQUEST;
    };
  }
}
