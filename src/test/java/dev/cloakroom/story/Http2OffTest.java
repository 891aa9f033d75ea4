package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.world.PemFiles;
import dev.cloakroom.world.RawHttp2;
import dev.cloakroom.world.World;
import dev.cloakroom.world.WorldConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// `server.http2: false`.
class Http2OffTest {
  private static final PemFiles FILES = PemFiles.made();

  @RegisterExtension final World world = new World(Http2OffTest::configure);

  private static WorldConfig configure(WorldConfig config) {
    return config.tls(FILES).onlyHttp1();
  }

  @Test
  void onlyHttp11IsAgreedOn() {
    try (var client = RawHttp2.tls(world.gateway().port(), "h2", "http/1.1")) {
      assertThat(client.protocol()).isEqualTo("http/1.1");
    }
  }
}
