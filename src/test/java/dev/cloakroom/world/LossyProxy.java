package dev.cloakroom.world;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import java.util.Objects;

/// A reverse proxy in front of the gateway that loses cookies on the way. What lies below `/portal`
/// it answers itself, after it has asked the gateway.
public final class LossyProxy implements AskingProxy {
  /// What it loses.
  public enum Loses {
    NOTHING,
    /// Every cookie that the gateway sets.
    ALL_COOKIES,
    /// The session cookie that the gateway sets.
    THE_SESSION_COOKIE,
    /// The cookies that it should show when it asks.
    COOKIES_OF_ITS_QUESTIONS
  }

  private final HttpServer server;
  private final HttpClient client;
  private final int gateway;
  private final String secret;
  private final Loses loses;

  private LossyProxy(Vertx vertx, int gateway, String secret, Loses loses) {
    this.gateway = gateway;
    this.secret = secret;
    this.loses = loses;
    client = vertx.createHttpClient();
    server = vertx.createHttpServer().requestHandler(this::receive);
    Waiting.on(server.listen(0, "127.0.0.1"));
  }

  /// Starts it.
  ///
  /// @param secret what it shows when it asks
  public static LossyProxy before(World world, String secret, Loses loses) {
    return new LossyProxy(world.vertx(), world.gateway().port(), secret, loses);
  }

  @Override
  public int port() {
    return server.actualPort();
  }

  private void receive(HttpServerRequest request) {
    var _ =
        request
            .body()
            .compose(
                body ->
                    Objects.requireNonNull(request.path()).startsWith("/portal")
                        ? ask(request)
                        : forward(request, body));
  }

  private Future<Void> forward(HttpServerRequest request, Buffer body) {
    return send(request.method(), request.uri(), request.headers(), body)
        .compose(
            answer -> {
              request.response().setStatusCode(answer.statusCode());
              answer.headers().forEach(field -> pass(request, field.getKey(), field.getValue()));
              return answer.body().compose(bytes -> request.response().end(bytes));
            });
  }

  private void pass(HttpServerRequest request, String name, String value) {
    boolean lost =
        name.equalsIgnoreCase("Set-Cookie")
            && switch (loses) {
              case ALL_COOKIES -> true;
              case THE_SESSION_COOKIE -> value.startsWith(World.SESSION_COOKIE + "=");
              case NOTHING, COOKIES_OF_ITS_QUESTIONS -> false;
            };
    if (!lost) {
      request.response().headers().add(name, value);
    }
  }

  private Future<Void> ask(HttpServerRequest request) {
    var fields = MultiMap.caseInsensitiveMultiMap().addAll(request.headers());
    if (loses == Loses.COOKIES_OF_ITS_QUESTIONS) {
      fields.remove("Cookie");
    }
    fields.set("X-Cloakroom-Verify", secret);
    fields.set("X-Forwarded-Method", request.method().name());
    fields.set("X-Forwarded-Uri", request.uri());
    return send(HttpMethod.GET, "/auth/verify", fields, Buffer.buffer())
        .compose(
            answer -> {
              var login = answer.getHeader("X-Cloakroom-Login");
              var response = request.response();
              return login == null
                  ? response.setStatusCode(answer.statusCode() == 204 ? 200 : 403).end("portal")
                  : response.setStatusCode(302).putHeader("Location", login).end();
            });
  }

  private Future<HttpClientResponse> send(
      HttpMethod method, String uri, MultiMap fields, Buffer body) {
    var options =
        new RequestOptions()
            .setMethod(method)
            .setHost("127.0.0.1")
            .setPort(gateway)
            .setURI(uri)
            .setHeaders(fields);
    return client.request(options).compose(request -> request.send(body));
  }

  @Override
  public void close() {
    Waiting.on(server.close());
    Waiting.on(client.close());
  }
}
