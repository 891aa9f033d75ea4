package dev.cloakroom.world;

import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/// An API that remembers what reached it. It answers with the target it saw, never with a token.
public final class Upstream implements AutoCloseable {
  /// One request that reached the upstream. `kind` is `http` or `websocket`.
  public record Call(String kind, String method, String target, MultiMap headers, Buffer body) {
    public String bearer() {
      var field = headers.getAll("Authorization");
      return field.size() == 1 ? field.getFirst().replaceFirst("^Bearer ", "") : field.toString();
    }
  }

  private final HttpServer server;
  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final Deque<Fault> next = new ArrayDeque<>();

  private Upstream(Vertx vertx) {
    server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setMaxHeaderSize(64 * 1024)
                    .setMaxInitialLineLength(64 * 1024))
            .requestHandler(this::receive)
            .webSocketHandler(this::receive);
    Waiting.on(server.listen(0, "127.0.0.1"));
  }

  public static Upstream start(Vertx vertx) {
    return new Upstream(vertx);
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + server.actualPort());
  }

  private void receive(ServerWebSocket socket) {
    calls.add(new Call("websocket", "GET", socket.uri(), socket.headers(), Buffer.buffer()));
    socket.textMessageHandler(text -> socket.writeTextMessage("echo " + text));
  }

  private void receive(HttpServerRequest request) {
    request.exceptionHandler(_ -> {});
    request.response().exceptionHandler(_ -> {});
    request
        .body()
        .onSuccess(
            body -> {
              calls.add(
                  new Call(
                      "http", request.method().name(), request.uri(), request.headers(), body));
              answer(request);
            });
  }

  private void answer(HttpServerRequest request) {
    Fault fault;
    synchronized (next) {
      fault = next.poll();
    }
    switch (fault) {
      case null -> {
        if (request.path() != null && request.path().endsWith("/stream")) {
          stream(request);
        } else {
          echo(request);
        }
      }
      case Fault.Answer(int status, Map<String, String> fields, String body) -> {
        fields.forEach(
            (name, values) ->
                values.lines().forEach(value -> request.response().headers().add(name, value)));
        ScriptedProvider.send(request, status, body);
      }
      case Fault.Wait(var gate) -> gate.onComplete(_ -> echo(request));
      case Fault.Hang() -> {}
      case Fault.Drop(), Fault.LoseAnswer(), Fault.Flood(_) -> {
        var _ = request.connection().close();
      }
    }
  }

  private static void echo(HttpServerRequest request) {
    request.response().putHeader("Content-Type", "application/json");
    ScriptedProvider.send(
        request,
        200,
        new JsonObject()
            .put("method", request.method().name())
            .put("target", request.uri())
            .toString());
  }

  /// Says one thing and goes on for ever.
  private static void stream(HttpServerRequest request) {
    var response = request.response().putHeader("Content-Type", "text/event-stream");
    response.setChunked(true);
    var _ = response.write("data: first\n\n");
  }

  /// Misbehaves at the next calls, once per given fault.
  public void nextAnswers(Fault... faults) {
    synchronized (next) {
      next.addAll(List.of(faults));
    }
  }

  public List<Call> calls() {
    return List.copyOf(calls);
  }

  public Call last() {
    return calls.getLast();
  }

  @Override
  public void close() {
    Waiting.on(server.close());
  }
}
