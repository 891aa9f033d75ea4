package dev.cloakroom.chaos;

import static dev.cloakroom.world.Waiting.on;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/// A person with a browser in front of three gateways, and the load balancer between them: a call
/// that meets a dead gateway, or a 503, is made again at another one.
final class User {
  private static final Duration PATIENCE =
      Duration.ofSeconds(Integer.getInteger("chaos.patience", 60));
  private static final long PAUSE_MILLIS = 150;

  private final Vertx vertx;
  private final HttpClient client;
  private final List<Node> nodes;
  private final int publicPort;
  private String cookie = "";
  private String sid = "";
  private String lastTrouble = "";

  /// How a call ended.
  enum Answer {
    /// 200, with the token of this very user.
    SERVED,
    /// 401: not logged in any more.
    LOGGED_OUT,
    /// 200, with the token of somebody else.
    MIXED_UP,
    /// Nothing within a minute.
    NEVER
  }

  User(Vertx vertx, HttpClient client, List<Node> nodes, int publicPort) {
    this.vertx = vertx;
    this.client = client;
    this.nodes = nodes;
    this.publicPort = publicPort;
  }

  String sid() {
    return sid;
  }

  /// Logs in at some gateway and comes back at another.
  void logsIn() {
    var deadline = Instant.now().plus(PATIENCE);
    while (!triesToLogIn()) {
      if (Instant.now().isAfter(deadline)) {
        throw new AssertionError("no login within " + PATIENCE + ": " + lastTrouble);
      }
      on(vertx.timer(PAUSE_MILLIS));
    }
  }

  private boolean triesToLogIn() {
    try {
      var begun = on(page(anyNode(), "/auth/login", "", "none"));
      var authorize = begun.getHeader("Location");
      if (authorize == null) {
        lastTrouble = "login answered " + begun.statusCode();
        return false;
      }
      var attempt = pair(begun, "login");
      var granted = on(plain(URI.create(authorize)));
      var callback = URI.create(granted.getHeader("Location"));
      var back =
          on(
              page(
                  anyNode(),
                  callback.getRawPath() + "?" + callback.getRawQuery(),
                  attempt,
                  "cross-site"));
      var session = pair(back, "session");
      if (session.isEmpty()) {
        lastTrouble = "callback answered " + back.statusCode() + " to " + attempt.length();
        return false;
      }
      cookie = session;
      sid = on(call(0)).body();
      lastTrouble = "call answered " + sid;
      return sid.startsWith("sid-");
    } catch (Exception failure) { // a gateway died or the store is away: once more
      lastTrouble = failure.toString();
      return false;
    }
  }

  private static String pair(HttpClientResponse response, String name) {
    return response.cookies().stream()
        .filter(line -> line.startsWith("__Host-Http-" + name))
        .map(line -> line.replaceFirst(";.*", ""))
        .filter(line -> !line.endsWith("="))
        .findFirst()
        .orElse("");
  }

  /// So many calls at once, over all gateways.
  Future<List<Answer>> calls(int number) {
    var answers = IntStream.range(0, number).mapToObj(i -> persistently(i, deadline())).toList();
    return Future.all(answers).map(all -> all.<Answer>list());
  }

  private static Instant deadline() {
    return Instant.now().plus(PATIENCE);
  }

  private Future<Answer> persistently(int node, Instant deadline) {
    return call(node)
        .otherwise(_ -> new Heard(0, ""))
        .compose(
            heard ->
                switch (heard.status) {
                  case 200 ->
                      Future.succeededFuture(
                          heard.body.equals(sid) ? Answer.SERVED : Answer.MIXED_UP);
                  case 401 -> Future.succeededFuture(Answer.LOGGED_OUT);
                  default ->
                      Instant.now().isAfter(deadline)
                          ? Future.succeededFuture(Answer.NEVER)
                          : vertx
                              .timer(PAUSE_MILLIS)
                              .compose(_ -> persistently(node + 1, deadline));
                });
  }

  private record Heard(int status, String body) {}

  /// Logs out at some gateway; done when one has confirmed it.
  Future<Void> logsOut() {
    return logsOut(ThreadLocalRandom.current().nextInt(nodes.size()), deadline());
  }

  private Future<Void> logsOut(int node, Instant deadline) {
    return send(HttpMethod.POST, node, "/auth/logout")
        .map(Heard::status)
        .otherwise(0)
        .compose(
            status -> {
              if (status == 200) {
                return Future.succeededFuture();
              }
              return Instant.now().isAfter(deadline)
                  ? Future.failedFuture("no logout, last " + status)
                  : vertx.timer(PAUSE_MILLIS).compose(_ -> logsOut(node + 1, deadline));
            });
  }

  /// Whether some gateway takes the cookie.
  boolean isServedSomewhere() {
    return IntStream.range(0, nodes.size())
        .mapToObj(node -> call(node).map(Heard::status).otherwise(0))
        .map(dev.cloakroom.world.Waiting::on)
        .anyMatch(status -> status == 200);
  }

  private Future<Heard> call(int node) {
    return send(HttpMethod.GET, node, "/api/who");
  }

  /// The body is asked for where the response comes in: who asks from another thread may be late
  /// for it, and hears of an empty one.
  private Future<Heard> send(HttpMethod method, int node, String path) {
    var options = at(nodes.get(node % nodes.size()), path).setMethod(method);
    options.putHeader("Cookie", cookie);
    options.putHeader("Sec-Fetch-Site", "same-origin");
    options.putHeader("Sec-Fetch-Mode", "cors");
    options.putHeader("Sec-Fetch-Dest", "empty");
    return client.request(options).compose(request -> request.send().compose(User::heard));
  }

  private static Future<Heard> heard(HttpClientResponse response) {
    return response.body().map(body -> new Heard(response.statusCode(), body.toString()));
  }

  private Future<HttpClientResponse> page(Node node, String path, String cookies, String site) {
    var options = at(node, path);
    if (!cookies.isEmpty()) {
      options.putHeader("Cookie", cookies);
    }
    options.putHeader("Sec-Fetch-Site", site);
    options.putHeader("Sec-Fetch-Mode", "navigate");
    options.putHeader("Sec-Fetch-Dest", "document");
    return client.request(options).compose(request -> request.send());
  }

  private RequestOptions at(Node node, String path) {
    return new RequestOptions()
        .setServer(node.address())
        .setHost("localhost")
        .setPort(publicPort)
        .setURI(path)
        .setTimeout(Duration.ofSeconds(30).toMillis());
  }

  private Future<HttpClientResponse> plain(URI uri) {
    Promise<HttpClientResponse> promise = Promise.promise();
    client
        .request(new RequestOptions().setAbsoluteURI(uri.toString()))
        .compose(request -> request.send())
        .onComplete(promise);
    return promise.future();
  }

  private Node anyNode() {
    return Objects.requireNonNull(nodes.get(ThreadLocalRandom.current().nextInt(nodes.size())));
  }
}
