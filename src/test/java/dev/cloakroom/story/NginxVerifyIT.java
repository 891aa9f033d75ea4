package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.world.AskingProxy;
import dev.cloakroom.world.Browser;
import dev.cloakroom.world.Nginx;
import dev.cloakroom.world.RawClient;
import dev.cloakroom.world.RawMessage;
import dev.cloakroom.world.Waiting;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Behind a real nginx (`auth_request`).
///
/// @spec https://nginx.org/en/docs/http/ngx_http_auth_request_module.html ngx_http_auth_request
class NginxVerifyIT extends AskingProxyContract {
  private static final Pattern SERVER = Pattern.compile("(?s)^(.*?)server \\{\n(.*)}\\s*$");

  @Override
  String name() {
    return "nginx";
  }

  @Override
  AskingProxy starts(String lines) {
    var server = SERVER.matcher(lines.replaceAll("(?m)^ *listen .*$", ""));
    assertThat(server.matches()).isTrue();
    return Nginx.serves(server.group(1) + "---\n" + server.group(2));
  }

  @Override
  void isBarred(RawMessage answer) {
    assertThat(answer.status()).isIn(400, 403);
  }

  /// The way to the login goes through nginx, too; the question must not be asked on it.
  @Override
  List<String> questions() {
    return Stream.concat(super.questions().stream(), Stream.of("GET /.ask")).toList();
  }

  @Test
  @Proves({"CSRF-12", "PX-10"})
  void noFieldMakesAnotherMethodOfIt() {
    var alice = world.alice().logsIn();
    assertThat(
            sends(alice, "POST /portal/x", SAME_ORIGIN, "X-HTTP-Method-Override: DELETE").status())
        .isEqualTo(403);
    assertThat(world.upstream().calls()).isEmpty();
  }

  @Test
  @Proves("WS-01")
  void aSocketProvesItsOriginAndPasses() {
    var alice = world.alice().logsIn();
    var handshake =
        List.of(
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
    for (var origin : List.of("Origin: https://evil.test", "Origin: null", "X-No: origin")) {
      for (var path : List.of("/portal/feed", "/portal/open/feed")) {
        assertThat(upgrade(alice, path, handshake, origin)).as(path + origin).isEqualTo(403);
      }
    }
    assertThat(world.upstream().calls()).isEmpty();
    assertThat(upgrade(alice, "/portal/feed", handshake, "Origin: " + world.url())).isEqualTo(101);
    Waiting.until("the socket at the upstream", () -> !world.upstream().calls().isEmpty());
    assertThat(world.upstream().last().headers().getAll("X-Auth-Subject"))
        .containsExactly("sub-alice");
  }

  private int upgrade(Browser who, String path, List<String> handshake, String origin) {
    var own = URI.create(world.url());
    var cookies = who.jar().header(own, Optional.of(own.getHost()), false, "GET");
    try (var client = RawClient.to(port())) {
      client.sends(
          "GET %s HTTP/1.1\nHost: %s\nConnection: Upgrade\nCookie: %s\n%s\n%s\n\n"
              .formatted(path, own.getAuthority(), cookies, String.join("\n", handshake), origin));
      return client.head().status();
    }
  }
}
