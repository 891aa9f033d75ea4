package dev.cloakroom.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.world.PemFiles;
import dev.cloakroom.world.RawHttp2;
import dev.cloakroom.world.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// RFC 9113, 9.1.1: a browser uses one connection for every host that the certificate covers. Each
/// request on it goes where its own authority says.
class FrontEndsOnTheWireTest {
  private static final PemFiles FILES = PemFiles.made();

  @RegisterExtension
  final World world =
      new World(
          config ->
              config
                  .tls(FILES)
                  .frontEnd("shop", shop -> shop.tls(FILES).frontEnd(directory("The shop")))
                  .frontEnd(
                      "office", office -> office.tls(FILES).frontEnd(directory("The office"))));

  private static Path directory(String title) {
    try {
      var directory = Files.createTempDirectory("front-end");
      Files.writeString(directory.resolve("index.html"), "<title>" + title + "</title>");
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  @Proves("PX-09")
  void everyRequestOfAConnectionHasItsOwnFrontEnd() {
    int port = world.gateway().port();
    try (var client = RawHttp2.overTls(port)) {
      client.get(1, "shop.localhost:" + port, "/index.html");
      assertThat(client.answer(1).body()).contains("The shop");
      client.get(3, "office.localhost:" + port, "/index.html");
      assertThat(client.answer(3).body()).contains("The office");
      client.get(5, "localhost:" + port, "/index.html");
      assertThat(client.answer(5).status()).isEqualTo(421);
      client.get(7, "SHOP.localhost:" + port, "/index.html");
      assertThat(client.answer(7).body()).contains("The shop");
    }
  }
}
