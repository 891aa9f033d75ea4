package dev.cloakroom.edge;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cloakroom.edge.arrival.Connections;
import dev.cloakroom.proxy.Downstream;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Objects;

/// Turns replies into bytes: status, fields, body. Every future it answers with holds the status
/// that went out, 0 when nobody was there any more.
final class Wire {
  private static final long LINGER_MILLIS = 2_000;

  private final Surface surface;
  private final SecurityHeaders security;
  private final Pages pages;
  private final LongLived longLived;
  private final Vertx vertx;

  Wire(Surface surface, LongLived longLived, Vertx vertx) {
    this.surface = surface;
    this.security = new SecurityHeaders(surface);
    this.pages = new Pages(surface);
    this.longLived = longLived;
    this.vertx = vertx;
  }

  Future<Integer> write(HttpServerRequest http, Trace trace, Reply reply) {
    var response = http.response();
    if (reply instanceof Reply.Relayed(var status)) {
      return Future.succeededFuture(status);
    }
    if (response.closed() || response.headWritten()) {
      return Future.succeededFuture(0);
    }
    return switch (reply) {
      case Reply.Redirect(var status, var location, var cookies, var headers) -> {
        begin(response, status, cookies);
        headers.forEach((name, value) -> put(response, name, value));
        yield send(response.putHeader("Location", location), http, "");
      }
      case Reply.Json(var body, var cookies, var headers) -> {
        begin(response, 200, cookies);
        headers.forEach((name, value) -> put(response, name, value));
        yield send(response.putHeader("Content-Type", "application/json"), http, body.encode());
      }
      case Reply.Page(var status, var html, var cookies) -> {
        begin(response, status, cookies);
        yield send(page(response), http, html);
      }
      case Reply.Frame(var ancestor) -> {
        begin(response, 200, List.of());
        ancestor.ifPresent(origin -> SecurityHeaders.framed(response.headers(), origin));
        yield send(response.putHeader("Content-Type", "text/html; charset=utf-8"), http, "");
      }
      case Reply.Empty(var status, var headers) -> {
        begin(response, status, List.of());
        headers.forEach((name, value) -> put(response, name, value));
        yield send(response, http, "");
      }
      case Reply.Failure(var problem, var cookies) -> fail(http, trace, problem, cookies);
      case Reply.Asset asset -> asset(http, asset);
      case Reply.Stream(var subscriber) -> {
        begin(response, 200, List.of());
        yield new EventSink(http, longLived).open(subscriber);
      }
      case Reply.Relayed(var status) -> Future.succeededFuture(status);
    };
  }

  private void begin(HttpServerResponse response, int status, List<String> cookies) {
    response.setStatusCode(status);
    security.own(response.headers());
    if (!cookies.isEmpty()) {
      response.putHeader("Set-Cookie", cookies);
    }
  }

  /// `Vary` adds up; every other field is set.
  private static void put(HttpServerResponse response, String name, String value) {
    var earlier = response.headers().get(name);
    boolean adds = name.equals("Vary") && earlier != null && !earlier.equals(value);
    response.putHeader(name, adds ? earlier + ", " + value : value);
  }

  private static HttpServerResponse page(HttpServerResponse response) {
    SecurityHeaders.page(response.headers(), Pages.STYLE_HASH);
    return response.putHeader("Content-Type", "text/html; charset=utf-8");
  }

  private Future<Integer> fail(
      HttpServerRequest http, Trace trace, Problem problem, List<String> cookies) {
    var response = http.response();
    begin(response, problem.code().status(), cookies);
    problem.headers().forEach(response::putHeader);
    if (problem.close() && !Downstream.isShared(http)) {
      response.putHeader("Connection", "close");
    }
    if (Navigation.wantsPage(http.headers())) {
      return send(page(response), http, pages.of(problem, trace.id()));
    }
    response.putHeader("Content-Type", "application/problem+json");
    return send(response, http, json(problem, trace, http.headers()).encode());
  }

  private JsonObject json(Problem problem, Trace trace, MultiMap headers) {
    var code = problem.code();
    var json =
        new JsonObject()
            .put("type", code.type())
            .put("title", code.title())
            .put("status", code.status())
            .put("code", code.code())
            .put("detail", problem.sentence());
    if (code.status() == 401) {
      json.put("login_url", surface.loginUrl(problem, headers));
    }
    return json.put("trace_id", trace.id());
  }

  private Future<Integer> asset(HttpServerRequest http, Reply.Asset asset) {
    var response = http.response().setStatusCode(asset.status());
    security.app(response.headers(), asset.policy());
    asset.headers().forEach((name, value) -> put(response, name, value));
    if (http.method().name().equals("HEAD") || asset.length() == 0) {
      return send(response, http, "");
    }
    Downstream.resume(http);
    var sent = response.sendFile(asset.file().toString(), asset.offset(), asset.length());
    unlessRead(http, sent);
    return sent.map(asset.status())
        .recover(
            cause -> // whoever asked has left, or has been left
            response.headWritten() ? Future.succeededFuture(0) : Future.failedFuture(cause));
  }

  /// Whoever reads a file may take his time; whoever does not loses the connection.
  private void unlessRead(HttpServerRequest http, Future<Void> sent) {
    var mark = Downstream.mark(http);
    longLived.unlessSent(
        sent,
        () -> {
          if (Downstream.mark(http).equals(mark)) {
            Downstream.drop(http);
          } else {
            unlessRead(http, sent);
          }
        });
  }

  /// Ends the answer. A request body nobody read is read and dropped for a moment, so that the
  /// answer arrives; then the connection closes.
  private Future<Integer> send(HttpServerResponse response, HttpServerRequest http, String body) {
    if (Downstream.isShared(http)) {
      return share(response, http, body);
    }
    int status = response.getStatusCode();
    boolean unread = Connections.hasBody(http.headers()) && !http.isEnded();
    boolean close = unread || Objects.equals(response.headers().get("Connection"), "close");
    if (close) {
      response.putHeader("Connection", "close");
    }
    var sent = end(response, http, body);
    if (unread) {
      http.handler(null).endHandler(null).exceptionHandler(_ -> {});
    }
    http.resume();
    if (close) {
      sent.onComplete(_ -> hangUp(http, unread));
    }
    return sent.map(status).otherwise(0); // whoever asked has left
  }

  /// Ends the answer on a connection that goes on for others.
  private Future<Integer> share(HttpServerResponse response, HttpServerRequest http, String body) {
    var sent = end(response, http, body);
    if (!http.isEnded()) {
      http.handler(null).endHandler(null).exceptionHandler(_ -> {}).resume();
    }
    int status = response.getStatusCode();
    longLived.unlessSent(sent, () -> Downstream.drop(http));
    return sent.onComplete(_ -> Downstream.declineRest(http)).map(status).otherwise(0);
  }

  private static Future<Void> end(
      HttpServerResponse response, HttpServerRequest http, String body) {
    return http.method().name().equals("HEAD") ? head(response, body) : response.end(body);
  }

  private static Future<Void> head(HttpServerResponse response, String body) {
    if (!body.isEmpty() && !response.headers().contains("Content-Length")) {
      response.putHeader("Content-Length", Integer.toString(body.getBytes(UTF_8).length));
    }
    return response.end();
  }

  private void hangUp(HttpServerRequest http, boolean unread) {
    var connection = http.connection();
    if (unread && !http.isEnded()) {
      http.endHandler(_ -> connection.close());
      vertx.setTimer(LINGER_MILLIS, _ -> connection.close());
    } else {
      connection.close();
    }
  }
}
