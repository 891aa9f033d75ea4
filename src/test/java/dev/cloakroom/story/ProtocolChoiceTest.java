package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.world.PemFiles;
import dev.cloakroom.world.RawHttp2;
import dev.cloakroom.world.World;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What a client over TLS settles on with the gateway.
class ProtocolChoiceTest {
  private static final PemFiles FILES = PemFiles.made();

  @RegisterExtension final World world = new World(config -> config.tls(FILES));

  @Test
  @Proves({"PX-09", "H2WS-01"})
  void whoKnowsHttp2GetsItAndAnOlderClientDoesNot() {
    try (var both = RawHttp2.tls(world.gateway().port(), "h2", "http/1.1");
        var older = RawHttp2.tls(world.gateway().port(), "http/1.1")) {
      assertThat(both.protocol()).isEqualTo("h2");
      assertThat(older.protocol()).isEqualTo("http/1.1");
      older.sends(
          "GET /public/x HTTP/1.1\r\nHost: localhost:%s\r\n\r\n"
              .formatted(world.gateway().port())
              .getBytes(StandardCharsets.US_ASCII));
      assertThat(older.text(15)).isEqualTo("HTTP/1.1 200 OK");
    }
  }
}
