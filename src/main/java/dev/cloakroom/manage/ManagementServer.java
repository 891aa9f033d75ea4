package dev.cloakroom.manage;

import dev.cloakroom.logout.AdminSessions;
import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// The management listener: `/livez`, `/readyz`, `/metrics`, and with a token `/sessions`, by exact
/// path. Of its own, and never for browsers.
public final class ManagementServer {
  private static final int IDLE_SECONDS = 60;
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
  private static final String SESSIONS = "/sessions";

  private final ManagementSettings settings;
  private final Gatekeeper gatekeeper;
  private final Health health;
  private final Supplier<String> metrics;
  private final SessionsEndpoint sessions;
  private final Observer observer;
  private final Router router;
  private final HttpServer server;

  /// Prepares the listener.
  ///
  /// @param metrics the page for Prometheus
  public ManagementServer(
      ManagementSettings settings,
      Vertx vertx,
      Health health,
      Supplier<String> metrics,
      AdminSessions sessions,
      Observer observer) {
    this.settings = settings;
    this.gatekeeper = new Gatekeeper(settings);
    this.health = health;
    this.metrics = metrics;
    this.sessions = new SessionsEndpoint(sessions);
    this.observer = observer;
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
      case FOREIGN_HOST ->
          Answers.problem(request, 421, "misdirected_request", "This host has another name.");
      case BROWSER -> Answers.problem(request, 403, "forbidden", "This port is not for browsers.");
      case NO_TOKEN -> wantsToken(request);
    }
  }

  private static void wantsToken(HttpServerRequest request) {
    request.response().putHeader("WWW-Authenticate", "Bearer");
    Answers.problem(request, 401, "token_required", "Send the management token.");
  }

  private Router router(Vertx vertx) {
    var router = Router.router(vertx);
    router.route().handler(ManagementServer::exactly);
    at(
        router,
        "/livez",
        request -> Answers.json(request, 200, new JsonObject().put("alive", true)));
    at(router, "/readyz", request -> health.report().onSuccess(report -> answer(request, report)));
    at(router, "/metrics", request -> Answers.text(request, PROMETHEUS, metrics.get()));
    if (settings.token().isPresent()) { // who ends sessions shows it, on loopback, too
      router.routeWithRegex(SESSIONS).handler(this::withToken);
      router.routeWithRegex(HttpMethod.GET, SESSIONS).handler(sessions::list);
      router.routeWithRegex(HttpMethod.DELETE, SESSIONS).handler(sessions::end);
      router.routeWithRegex(SESSIONS).handler(context -> context.fail(405));
    }
    return router
        .errorHandler(404, context -> notFound(context.request()))
        .errorHandler(405, ManagementServer::refuseMethod)
        .errorHandler(500, this::fault);
  }

  private static void at(Router router, String path, Consumer<HttpServerRequest> handler) {
    router
        .routeWithRegex(path) // a plain path would take a slash at its end, too
        .method(HttpMethod.GET)
        .method(HttpMethod.HEAD)
        .handler(context -> withoutQuery(context, handler));
  }

  private static void withoutQuery(RoutingContext context, Consumer<HttpServerRequest> handler) {
    if (context.request().query() == null) {
      handler.accept(context.request());
    } else {
      context.fail(404);
    }
  }

  private void withToken(RoutingContext context) {
    if (gatekeeper.showsToken(context.request().headers())) {
      context.next();
    } else {
      wantsToken(context.request());
    }
  }

  /// The router matches what a path comes to; here only the path itself counts.
  private static void exactly(RoutingContext context) {
    if (Objects.equals(context.request().path(), context.normalizedPath())) {
      context.next();
    } else {
      context.fail(404);
    }
  }

  private static void notFound(HttpServerRequest request) {
    Answers.problem(request, 404, "not_found", "There is nothing here.");
  }

  private static void refuseMethod(RoutingContext context) {
    boolean sessions = context.normalizedPath().equals(SESSIONS);
    context.response().putHeader("Allow", sessions ? "GET, DELETE" : "GET, HEAD");
    Answers.problem(
        context.request(), 405, "method_not_allowed", "The method does not fit the path.");
  }

  private void fault(RoutingContext context) {
    var cause = Objects.requireNonNullElseGet(context.failure(), IllegalStateException::new);
    observer.on(new Event.Fault(Optional.empty(), cause));
    Answers.problem(context.request(), 500, "internal_error", "Something went wrong.");
  }

  private static void answer(HttpServerRequest request, Health.Report report) {
    Answers.json(request, report.ready() ? 200 : 503, report.body());
  }
}
