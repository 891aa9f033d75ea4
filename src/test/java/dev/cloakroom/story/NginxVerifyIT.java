package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.proxy.Route;
import dev.cloakroom.world.Browser;
import dev.cloakroom.world.Nginx;
import dev.cloakroom.world.RawClient;
import dev.cloakroom.world.RawMessage;
import dev.cloakroom.world.RouteDraft;
import dev.cloakroom.world.Waiting;
import dev.cloakroom.world.World;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A real nginx in front, with the lines that the README shows: it forwards to the upstream itself,
/// and asks the gateway (`auth_request`).
///
/// @spec https://nginx.org/en/docs/http/ngx_http_auth_request_module.html ngx_http_auth_request
class NginxVerifyIT {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```nginx\n(.*?)^```$");
  private static final Pattern SERVER = Pattern.compile("(?s)^(.*?)server \\{\n(.*)}\\s*$");

  @RegisterExtension
  final World world =
      new World(
          config ->
              config
                  .trustedProxies("127.0.0.1")
                  .verify(VerifyTest.SECRET)
                  .route(
                      new RouteDraft("/portal/**")
                          .identity(
                              new Route.Identity(
                                  Map.of("X-Auth-Subject", "sub"), Optional.empty())))
                  .route(
                      new RouteDraft("/portal/open/**")
                          .access(Route.Access.ANONYMOUS)
                          .token(Route.TokenKind.NONE)));

  private Nginx nginx;

  @BeforeEach
  void start() throws IOException {
    var block = BLOCK.matcher(Files.readString(Path.of("README.md")));
    assertThat(block.find()).as("the README's nginx lines").isTrue();
    var upstream = world.upstream().url().getAuthority();
    var lines =
        block
            .group(1)
            .replaceAll("(?m)^ *listen .*$", "")
            .replace("cloakroom:8080", "127.0.0.1:" + world.gateway().port())
            .replace("portal:8080", upstream)
            .replace("the secret", VerifyTest.SECRET);
    var server = SERVER.matcher(lines);
    assertThat(server.matches()).isTrue();
    nginx = Nginx.serves(server.group(1) + "---\n" + server.group(2));
  }

  @AfterEach
  void stop() {
    nginx.close();
  }

  /// A request of the browser, byte for byte, through nginx.
  private RawMessage sends(Browser who, String line, String... fields) {
    var own = URI.create(world.url());
    var text = new StringBuilder(line).append(" HTTP/1.1\nHost: ").append(own.getAuthority());
    var cookies = who.jar().header(own, java.util.Optional.of(own.getHost()), false, "GET");
    if (!cookies.isEmpty()) {
      text.append("\nCookie: ").append(cookies);
    }
    for (var field : fields) {
      text.append('\n').append(field);
    }
    try (var client = RawClient.to(nginx.port())) {
      return client.sends(text.append("\nConnection: close\n\n").toString()).answer();
    }
  }

  private static final String SAME_ORIGIN = "Sec-Fetch-Site: same-origin";

  @Test
  @Proves({"PX-10", "PX-11"})
  void nginxForwardsWhatTheGatewayLetsThrough() {
    var alice = world.alice().logsIn();
    alice.jar().receive(URI.create(world.url()), "theme=dark; Path=/");
    var answer =
        sends(
            alice,
            "GET /portal/a%20b?x=%2F",
            SAME_ORIGIN,
            "Authorization: Bearer FORGED",
            "X-Auth-Subject: FORGED",
            "x_auth_subject: FORGED",
            "X-Forwarded-Uri: /portal/open/x",
            "X-Forwarded-Method: HEAD");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.names()).doesNotContain("authorization", "x-auth-subject");
    var call = world.upstream().last();
    assertThat(call.target()).isEqualTo("/portal/a%20b?x=%2F");
    assertThat(world.provider().userOf(call.bearer())).isEqualTo("alice");
    assertThat(call.headers().getAll("X-Auth-Subject")).containsExactly("sub-alice");
    assertThat(call.headers().getAll("Cookie")).containsExactly("theme=dark");
    assertThat(call.headers().toString()).doesNotContain("FORGED").doesNotContain("X-Cloakroom");
  }

  @Test
  void aStrangerIsSentToTheLoginAndAScriptIsNot() {
    var script = sends(world.alice(), "GET /portal/x", SAME_ORIGIN, "Sec-Fetch-Dest: empty");
    assertThat(script.status()).isEqualTo(401);
    assertThat(script.names()).doesNotContain("location");
    var person =
        sends(
            world.alice(),
            "GET /portal/x",
            "Sec-Fetch-Site: none",
            "Sec-Fetch-Mode: navigate",
            "Sec-Fetch-Dest: document");
    assertThat(person.status()).isEqualTo(302);
    assertThat(person.value("Location")).endsWith("/auth/login");
    assertThat(world.upstream().calls()).isEmpty();
    assertThat(sends(world.alice(), "GET /portal/open/x", "X-Auth-Subject: FORGED").status())
        .isEqualTo(200);
    assertThat(world.upstream().last().headers().names())
        .doesNotContain("Authorization", "X-Auth-Subject");
  }

  /// The way to the login goes through nginx, too; the question must not be asked on it.
  @Test
  @Proves("PX-10")
  void noBrowserAsksForATokenItself() {
    var alice = world.alice().logsIn();
    for (var line :
        List.of(
            "GET /auth/verify",
            "GET /auth/verify?x",
            "GET /.ask",
            "GET /auth/%76erify",
            "GET /auth//verify",
            "GET /auth/x/../verify",
            "GET /auth/verify/")) {
      var answer =
          sends(
              alice,
              line,
              SAME_ORIGIN,
              "X-Forwarded-Method: GET",
              "X-Forwarded-Uri: /portal/x",
              "X-Cloakroom-Verify: guessed");
      assertThat(answer.status()).as(line).isIn(400, 403, 404);
      assertThat(answer.names()).as(line).doesNotContain("authorization", "x-auth-subject");
    }
    assertThat(sends(alice, "GET /auth/session", SAME_ORIGIN).text()).contains("true");
  }

  /// T60, T61: what nginx makes of a path to find its location, and what the gateway is asked
  /// about, must be the same to whoever gets it.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/portal/open/../secret",
        "/portal/open/%2e%2e/secret",
        "/portal/open/..%2fsecret",
        "/portal/open%2f..%2fsecret",
        "/portal/open/%252e%252e/secret",
        "/portal//secret",
        "//portal/secret",
        "/portal/open/..;/secret",
        "/x/../portal/secret",
        "/%70ortal/secret",
        "/portal/open/..%5csecret"
      })
  @Proves("PX-20")
  void noPathGetsPastTheQuestion(String path) {
    for (var who : List.of(world.alice(), world.browser("bob").logsIn())) {
      var answer = sends(who, "GET " + path, SAME_ORIGIN);
      assertThat(answer.status()).isIn(400, 403);
    }
    assertThat(world.upstream().calls()).isEmpty();
  }

  @Test
  @Proves({"CSRF-12", "PX-10"})
  void theGuardSeesTheBrowsersRequest() {
    var alice = world.alice().logsIn();
    assertThat(sends(alice, "POST /portal/x", "Sec-Fetch-Site: cross-site", "Content-Length: 0"))
        .extracting(RawMessage::status)
        .isEqualTo(403);
    assertThat(
            sends(alice, "POST /portal/x", SAME_ORIGIN, "Content-Length: 0", "X-CSRF: 1").status())
        .isEqualTo(200);
    assertThat(world.upstream().last().method()).isEqualTo("POST");
    assertThat(
            sends(alice, "POST /portal/x", SAME_ORIGIN, "X-HTTP-Method-Override: DELETE").status())
        .isEqualTo(403);
    assertThat(world.upstream().calls()).hasSize(1);
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
    var cookies = who.jar().header(own, java.util.Optional.of(own.getHost()), false, "GET");
    try (var client = RawClient.to(nginx.port())) {
      client.sends(
          "GET %s HTTP/1.1\nHost: %s\nConnection: Upgrade\nCookie: %s\n%s\n%s\n\n"
              .formatted(path, own.getAuthority(), cookies, String.join("\n", handshake), origin));
      return client.head().status();
    }
  }

  @Test
  void anEndedSessionIsOverHereToo() {
    var alice = world.alice().logsIn();
    assertThat(sends(alice, "GET /portal/x", SAME_ORIGIN).status()).isEqualTo(200);
    alice.logsOut();
    assertThat(sends(alice, "GET /portal/x", SAME_ORIGIN).status()).isEqualTo(401);
  }
}
