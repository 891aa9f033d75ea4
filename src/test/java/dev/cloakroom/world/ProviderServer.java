package dev.cloakroom.world;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/// Where the scripted provider listens, at two addresses. It remembers each call, misbehaves where
/// that is ordered, and hands on what is left.
final class ProviderServer {
  private final List<ProviderCall> calls = new CopyOnWriteArrayList<>();
  private final ScriptedProvider provider;
  private final Vertx vertx;
  private final Optional<Secured> tls;
  private final HttpServer alias;
  private final int port;
  private volatile HttpServer server;

  ProviderServer(ScriptedProvider provider, Vertx vertx, Optional<Secured> tls) {
    this.provider = provider;
    this.vertx = vertx;
    this.tls = tls;
    server = server();
    port = Waiting.on(server.listen(0, "127.0.0.1")).actualPort();
    alias = server();
    Waiting.on(alias.listen(0, "127.0.0.1"));
  }

  private HttpServer server() {
    return vertx
        .createHttpServer(tls.map(Secured::options).orElseGet(HttpServerOptions::new))
        .requestHandler(this::receive);
  }

  String origin() {
    return origin(port);
  }

  /// The second address.
  String alias() {
    return origin(aliasPort());
  }

  private int aliasPort() {
    return alias.actualPort();
  }

  private String origin(int at) {
    return (tls.isPresent() ? "https" : "http") + "://127.0.0.1:" + at;
  }

  List<ProviderCall> calls(String endpoint) {
    return calls.stream().filter(call -> call.endpoint().equals(endpoint)).toList();
  }

  /// Connections to the first address are refused until [#comesBack].
  void goesDown() {
    Waiting.on(server.close());
  }

  /// It listens again where it did before.
  void comesBack() {
    server = server();
    Waiting.on(server.listen(port, "127.0.0.1"));
  }

  void close() {
    goesDown();
    Waiting.on(alias.close());
  }

  private void receive(HttpServerRequest request) {
    request.exceptionHandler(_ -> {});
    request.response().exceptionHandler(_ -> {});
    request.setExpectMultipart(isForm(request));
    var endpoint = endpoint(Objects.requireNonNull(request.path()));
    request
        .end()
        .onSuccess(
            _ -> {
              var parameters = isForm(request) ? request.formAttributes() : request.params();
              calls.add(
                  new ProviderCall(
                      endpoint,
                      request.method().name(),
                      request.headers(),
                      parameters,
                      Secured.shown(request.connection()).map(Secured::thumbprint),
                      request.localAddress().port() == aliasPort()));
              meet(request, endpoint);
            });
  }

  static boolean isForm(HttpServerRequest request) {
    var type = request.getHeader("Content-Type");
    return type != null && type.startsWith("application/x-www-form-urlencoded");
  }

  private static String endpoint(String path) {
    return switch (path) {
      case "/.well-known/openid-configuration" -> "discovery";
      default -> path.substring(1);
    };
  }

  private void meet(HttpServerRequest request, String endpoint) {
    switch (provider.misbehaviour.at(endpoint)) {
      case null -> serve(request, endpoint);
      case Fault.Answer(var status, var fields, var body) -> {
        fields.forEach(request.response()::putHeader);
        send(request, status, body);
      }
      case Fault.Drop() -> drop(request);
      case Fault.LoseAnswer() -> {
        var _ = provider.backOffice.answer(endpoint, request);
        drop(request);
      }
      case Fault.Wait(var gate) -> gate.onComplete(_ -> serve(request, endpoint));
      case Fault.Hang() -> {}
      case Fault.Flood(var bytes) -> flood(request, bytes);
    }
  }

  private static void drop(HttpServerRequest request) {
    var _ = request.connection().close();
  }

  private static void flood(HttpServerRequest request, long bytes) {
    var response = request.response().putHeader("Content-Type", "application/json");
    response.setChunked(true);
    var block = Buffer.buffer(" ".repeat(64 * 1024));
    for (long sent = 0; sent < bytes && !response.closed(); sent += block.length()) {
      var _ = response.write(block);
    }
    var _ = response.end("{}");
  }

  private void serve(HttpServerRequest request, String endpoint) {
    switch (endpoint) {
      case "discovery" -> json(request, 200, provider.showcase.at(provider.issuer()));
      case "jwks" -> json(request, 200, provider.keys.jwks());
      case "authorize" -> provider.frontDesk.authorize(request);
      case "decide" -> provider.frontDesk.decide(request);
      case "end_session" -> provider.frontDesk.endSession(request);
      case "token", "userinfo", "revoke", "introspect", "par" -> {
        var answer = provider.backOffice.answer(endpoint, request);
        json(request, answer.status(), answer.body());
      }
      default -> send(request, 404, "not here");
    }
  }

  static void json(HttpServerRequest request, int status, JsonObject body) {
    request.response().putHeader("Content-Type", "application/json");
    request.response().putHeader("Cache-Control", "no-store");
    send(request, status, body.toString());
  }

  static void send(HttpServerRequest request, int status, String body) {
    var _ = request.response().setStatusCode(status).end(body);
  }
}
