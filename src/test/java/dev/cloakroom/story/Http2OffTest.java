package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.world.PemFiles;
import dev.cloakroom.world.RawClient;
import dev.cloakroom.world.RawHttp2;
import dev.cloakroom.world.World;
import dev.cloakroom.world.WorldConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// `server.http2: false`, and without `server.h2c`.
class Http2OffTest {
  private static final PemFiles FILES = PemFiles.made();

  @RegisterExtension final World world = new World(Http2OffTest::configure);

  @RegisterExtension final World clear = new World();

  private static WorldConfig configure(WorldConfig config) {
    return config.tls(FILES).onlyHttp1();
  }

  /// Nor without TLS, where nobody asked for it.
  @Test
  void aPrefaceIsABadRequest() {
    try (var client = RawClient.to(clear.gateway().port())) {
      client.sends("PRI * HTTP/2.0\n\nSM\n\n");
      assertThat(client.answer().status()).isEqualTo(400);
      client.seesTheEnd();
    }
  }

  @Test
  void onlyHttp11IsAgreedOn() {
    try (var client = RawHttp2.tls(world.gateway().port(), "h2", "http/1.1")) {
      assertThat(client.protocol()).isEqualTo("http/1.1");
    }
  }
}
