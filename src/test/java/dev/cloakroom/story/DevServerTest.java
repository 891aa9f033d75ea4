package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.world.Waiting;
import dev.cloakroom.world.World;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.net.Inet6Address;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The front end's own dev server, wherever on this machine it listens.
class DevServerTest {
  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server = listening();

  @RegisterExtension
  final World world =
      new World(config -> config.devServer(URI.create("http://localhost:" + server.actualPort())));

  /// On the newer loopback address only, as a dev server does that asks the system for `localhost`;
  /// on the older where a machine has no other, so that nothing is skipped.
  private HttpServer listening() {
    return Waiting.on(
        vertx
            .createHttpServer()
            .requestHandler(request -> request.response().end("built at " + request.path()))
            .listen(0, hasTheNewerLoopback() ? "::1" : "127.0.0.1"));
  }

  private static boolean hasTheNewerLoopback() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .anyMatch(address -> address instanceof Inet6Address && address.isLoopbackAddress());
    } catch (SocketException e) {
      return false;
    }
  }

  @AfterEach
  void close() {
    Waiting.on(vertx.close());
  }

  @Test
  void aDevServerIsFoundAtWhicheverLoopbackAddressItHas() {
    var alice = world.alice();
    for (int i = 0; i < 4; i++) {
      assertThat(alice.fetches("/src/main" + i).answers(200).text())
          .isEqualTo("built at /src/main" + i);
    }
  }

  @Test
  void thePageSaysWhenItIsNotThere() {
    Waiting.on(server.close());
    var page = world.alice().navigates("/").answers(502);
    assertThat(page.text()).contains("The dev server does not answer");
    world.alice().fetches("/src/main").refuses(502, "upstream_unreachable");
  }
}
