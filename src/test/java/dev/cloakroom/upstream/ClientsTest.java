package dev.cloakroom.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.world.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClientsTest {
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    Waiting.on(vertx.close());
  }

  private void assertStopsNoTimer(Function<Clients, HttpClientAgent> kind) {
    var first = vertx.setPeriodic(1_000, _ -> {});
    assertThat(first).isZero();
    Waiting.on(kind.apply(new Clients(vertx)).close());
    assertThat(vertx.cancelTimer(first)).as("it still ran").isTrue();
  }

  @Test
  @Proves("PX-27")
  void aClientOfHttp2ThatIsClosedStopsNoTimerOfOthers() {
    assertStopsNoTimer(Clients::http2);
  }

  @Test
  void aClientOfHttp1ThatIsClosedStopsNoTimerOfOthers() {
    assertStopsNoTimer(Clients::http1);
  }
}
