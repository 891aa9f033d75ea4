package dev.cloakroom.manage;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// The management listener: `/livez`, `/readyz`, `/metrics`, by exact path. Of its own, and never
/// for browsers.
public final class ManagementServer {
  private static final int IDLE_SECONDS = 60;
  private static final String JSON = "application/json";

  private final ManagementSettings settings;
  private final Gatekeeper gatekeeper;
  private final Health health;
  private final Supplier<String> metrics;
  private final HttpServer server;

  /// Prepares the listener.
  ///
  /// @param metrics the page for Prometheus
  public ManagementServer(
      ManagementSettings settings, Vertx vertx, Health health, Supplier<String> metrics) {
    this.settings = settings;
    this.gatekeeper = new Gatekeeper(settings);
    this.health = health;
    this.metrics = metrics;
    this.server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setIdleTimeout(IDLE_SECONDS)
                    .setIdleTimeoutUnit(TimeUnit.SECONDS)
                    .setHttp2ClearTextEnabled(false))
            .requestHandler(this::handle);
  }

  /// Answers the port that was bound.
  public Future<Integer> start() {
    return server.listen(settings.port(), settings.host()).map(HttpServer::actualPort);
  }

  public Future<Void> stop() {
    return server.close();
  }

  private void handle(HttpServerRequest request) {
    var local = request.localAddress().hostAddress();
    switch (gatekeeper.check(request.headers(), local == null ? "" : local)) {
      case ADMITTED -> route(request);
      case FOREIGN_HOST -> answer(request, 421, JSON, error("misdirected_request"));
      case BROWSER -> answer(request, 403, JSON, error("forbidden"));
      case NO_TOKEN -> {
        request.response().putHeader("WWW-Authenticate", "Bearer");
        answer(request, 401, JSON, error("token_required"));
      }
    }
  }

  private void route(HttpServerRequest request) {
    if (!request.method().name().equals("GET") && !request.method().name().equals("HEAD")) {
      request.response().putHeader("Allow", "GET, HEAD");
      answer(request, 405, JSON, error("method_not_allowed"));
      return;
    }
    switch (request.uri()) {
      case "/livez" -> answer(request, 200, JSON, new JsonObject().put("alive", true).encode());
      case "/readyz" -> health.report().onSuccess(report -> answer(request, report));
      case "/metrics" ->
          answer(request, 200, "text/plain; version=0.0.4; charset=utf-8", metrics.get());
      default -> answer(request, 404, JSON, error("not_found"));
    }
  }

  private static void answer(HttpServerRequest request, Health.Report report) {
    answer(request, report.ready() ? 200 : 503, JSON, report.body().encode());
  }

  private static void answer(HttpServerRequest request, int status, String type, String body) {
    var response =
        request
            .response()
            .setStatusCode(status)
            .putHeader("Content-Type", type)
            .putHeader("Cache-Control", "no-store")
            .putHeader("X-Content-Type-Options", "nosniff");
    if (request.method().name().equals("HEAD")) {
      response.end();
    } else {
      response.end(body);
    }
  }

  private static String error(String code) {
    return new JsonObject().put("code", code).encode();
  }
}
