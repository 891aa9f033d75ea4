package dev.cloakroom.chaos;

import dev.cloakroom.world.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// An API that answers with the provider session its bearer token belongs to, and remembers the
/// tokens it saw.
final class EchoApi implements AutoCloseable {
  private final HttpServer server;
  private final Set<String> seen = ConcurrentHashMap.newKeySet();

  EchoApi(Vertx vertx) {
    server = vertx.createHttpServer().requestHandler(this::receive);
    Waiting.on(server.listen(0, "127.0.0.1"));
  }

  String url() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  Set<String> tokensSeen() {
    return seen;
  }

  private void receive(HttpServerRequest request) {
    var bearer =
        Objects.requireNonNullElse(request.getHeader("Authorization"), "")
            .replaceFirst("^Bearer ", "");
    seen.add(bearer);
    request.response().end(bearer.replaceFirst("[.].*", ""));
  }

  @Override
  public void close() {
    Waiting.on(server.close());
  }
}
