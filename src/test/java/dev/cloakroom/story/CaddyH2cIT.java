package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.world.Caddy;
import dev.cloakroom.world.RawClient;
import dev.cloakroom.world.RawMessage;
import dev.cloakroom.world.World;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A real Caddy in front, which speaks HTTP/2 without TLS to the gateway, with the line that the
/// README shows.
///
/// @spec https://caddyserver.com/docs/caddyfile/directives/reverse_proxy reverse_proxy
class CaddyH2cIT {
  private static final Pattern LINE = Pattern.compile("`(reverse_proxy h2c://[^`]*)`");

  @RegisterExtension
  final World world = new World(config -> config.h2c().trustedProxies("127.0.0.1"));

  private Caddy caddy;

  @BeforeEach
  void start() throws IOException {
    var line = LINE.matcher(Files.readString(Path.of("README.md")));
    assertThat(line.find()).as("the README's line for Caddy").isTrue();
    caddy =
        Caddy.serves(
            line.group(1).replace("cloakroom:8080", "127.0.0.1:" + world.gateway().port()));
  }

  @AfterEach
  void stop() {
    caddy.close();
  }

  private RawMessage sends(String line, String body, String... fields) {
    var own = URI.create(world.url());
    var text = new StringBuilder(line).append(" HTTP/1.1\nHost: ").append(own.getAuthority());
    for (var field : fields) {
      text.append('\n').append(field);
    }
    try (var client = RawClient.to(caddy.port())) {
      return client.sends(text.append("\nConnection: close\n\n" + body).toString()).answer();
    }
  }

  @Test
  @Proves({"PX-09", "PX-11"})
  void sessionsAndBodiesPass() {
    var alice = world.alice().logsIn();
    var own = URI.create(world.url());
    var cookie = alice.jar().header(own, Optional.of(own.getHost()), false, "GET");
    var body = "x".repeat(300_000);
    var answer =
        sends(
            "POST /api/orders",
            body,
            "Cookie: " + cookie,
            "Sec-Fetch-Site: same-origin",
            "X-Forwarded-For: 203.0.113.7",
            "Content-Length: " + body.length());
    assertThat(answer.status()).isEqualTo(200);
    var call = world.upstream().last();
    assertThat(world.provider().userOf(call.bearer())).isEqualTo("alice");
    assertThat(call.body().length()).isEqualTo(body.length());
    assertThat(call.headers().get("Via")).startsWith("2 ");
    assertThat(call.headers().getAll("X-Forwarded-For")).hasSize(1);
    assertThat(call.headers().get("X-Forwarded-For")).doesNotContain("203.0.113.7");
  }

  @Test
  @Proves("PX-09")
  void refusalsPassToo() {
    assertThat(sends("GET /api/orders", "", "Sec-Fetch-Site: same-origin").status()).isEqualTo(401);
    for (var path : List.of("/public/%2e%2e/api/x", "/public/a%00b")) {
      assertThat(sends("GET " + path, "").status()).as(path).isEqualTo(400);
    }
  }
}
