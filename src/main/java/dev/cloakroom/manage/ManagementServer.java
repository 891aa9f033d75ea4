package dev.cloakroom.manage;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// The management listener: `/livez`, `/readyz`, `/metrics`, by exact path. Of its own, and never
/// for browsers.
public final class ManagementServer {
  private static final int IDLE_SECONDS = 60;
  private static final String JSON = "application/json";
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
  private static final String ALIVE = new JsonObject().put("alive", true).encode();

  private final ManagementSettings settings;
  private final Gatekeeper gatekeeper;
  private final Health health;
  private final Supplier<String> metrics;
  private final Router router;
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
    this.router = router(vertx);
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
      case ADMITTED -> router.handle(request);
      case FOREIGN_HOST -> answer(request, 421, JSON, error("misdirected_request"));
      case BROWSER -> answer(request, 403, JSON, error("forbidden"));
      case NO_TOKEN -> {
        request.response().putHeader("WWW-Authenticate", "Bearer");
        answer(request, 401, JSON, error("token_required"));
      }
    }
  }

  private Router router(Vertx vertx) {
    var router = Router.router(vertx);
    router.route().handler(ManagementServer::exactly);
    at(router, "/livez", request -> answer(request, 200, JSON, ALIVE));
    at(router, "/readyz", request -> health.report().onSuccess(report -> answer(request, report)));
    at(router, "/metrics", request -> answer(request, 200, PROMETHEUS, metrics.get()));
    return router
        .errorHandler(404, context -> answer(context.request(), 404, JSON, error("not_found")))
        .errorHandler(405, context -> refuseMethod(context.request()));
  }

  private static void at(Router router, String path, Consumer<HttpServerRequest> handler) {
    router
        .routeWithRegex(path) // a plain path would take a slash at its end, too
        .method(HttpMethod.GET)
        .method(HttpMethod.HEAD)
        .handler(context -> handler.accept(context.request()));
  }

  /// The router matches what a path comes to; here only the path itself counts.
  private static void exactly(RoutingContext context) {
    if (context.request().uri().equals(context.normalizedPath())) {
      context.next();
    } else {
      context.fail(404);
    }
  }

  private static void refuseMethod(HttpServerRequest request) {
    request.response().putHeader("Allow", "GET, HEAD");
    answer(request, 405, JSON, error("method_not_allowed"));
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
