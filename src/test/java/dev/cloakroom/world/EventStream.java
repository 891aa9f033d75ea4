package dev.cloakroom.world;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClientResponse;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/// An answer that keeps coming.
public final class EventStream {
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final HttpClientResponse response;
  private volatile boolean over;

  private EventStream(HttpClientResponse response) {
    this.response = response;
    response.handler(bytes -> heard.add(bytes.toString(UTF_8)));
    response.endHandler(_ -> over = true);
    response.exceptionHandler(_ -> over = true);
  }

  static EventStream open(Exchanges exchanges, URI uri, MultiMap headers) {
    return Waiting.on(
        exchanges.open(
            "GET",
            uri,
            headers,
            Optional.empty(),
            response -> {
              exchanges.remember(uri, "GET", response, "");
              return Future.succeededFuture(new EventStream(response));
            }));
  }

  public EventStream answers(int status) {
    assertThat(response.statusCode()).isEqualTo(status);
    return this;
  }

  public String header(String name) {
    return String.valueOf(response.getHeader(name));
  }

  /// Waits until this has come.
  public EventStream hears(String text) {
    Waiting.until("'" + text + "' in: " + heard(), () -> heard().contains(text));
    return this;
  }

  /// Waits until the other side has closed the stream.
  public void ends() {
    Waiting.until("the end of the stream, after: " + heard(), () -> over);
  }

  public String heard() {
    return String.join("", heard);
  }
}
