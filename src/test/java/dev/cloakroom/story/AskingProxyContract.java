package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.proxy.Route;
import dev.cloakroom.world.AskingProxy;
import dev.cloakroom.world.Browser;
import dev.cloakroom.world.RawClient;
import dev.cloakroom.world.RawMessage;
import dev.cloakroom.world.RouteDraft;
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

/// What holds behind every proxy that forwards to the upstream itself and asks the gateway, with
/// the lines that the README shows for it.
abstract class AskingProxyContract {
  static final String SAME_ORIGIN = "Sec-Fetch-Site: same-origin";

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

  /// Starts the proxy.
  ///
  /// @param lines the README's, with the addresses of here in them
  abstract AskingProxy starts(String lines);

  /// The name of the README's block.
  abstract String name();

  /// What a path that leads to no answer of the upstream looks like.
  abstract void isBarred(RawMessage answer);

  private AskingProxy proxy;

  final int port() {
    return proxy.port();
  }

  @BeforeEach
  void start() throws IOException {
    var block =
        Pattern.compile("(?ms)^```" + name() + "\n(.*?)^```$")
            .matcher(Files.readString(Path.of("README.md")));
    assertThat(block.find()).as("the README's lines").isTrue();
    proxy =
        starts(
            block
                .group(1)
                .replace("cloakroom:8080", "127.0.0.1:" + world.gateway().port())
                .replace("portal:8080", world.upstream().url().getAuthority())
                .replace("the secret", VerifyTest.SECRET));
  }

  @AfterEach
  void stop() {
    proxy.close();
  }

  /// A request of the browser, byte for byte, through the proxy.
  RawMessage sends(Browser who, String line, String... fields) {
    var own = URI.create(world.url());
    var text = new StringBuilder(line).append(" HTTP/1.1\nHost: ").append(own.getAuthority());
    var cookies = who.jar().header(own, Optional.of(own.getHost()), false, "GET");
    if (!cookies.isEmpty()) {
      text.append("\nCookie: ").append(cookies);
    }
    for (var field : fields) {
      text.append('\n').append(field);
    }
    try (var client = RawClient.to(port())) {
      return client.sends(text.append("\nConnection: close\n\n").toString()).answer();
    }
  }

  @Test
  @Proves({"PX-10", "PX-11"})
  void itForwardsWhatTheGatewayLetsThrough() {
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

  /// What the answer does not have, the upstream does not get: neither of the browser nor of the
  /// proxy.
  @Test
  @Proves({"PX-10", "PX-11"})
  void whatTheAnswerLacksNobodyElseSays() {
    var alice = world.alice().logsIn();
    var answer =
        sends(
            alice,
            "GET /portal/open/x",
            SAME_ORIGIN,
            "Authorization: Bearer FORGED",
            "X-Auth-Subject: FORGED");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(world.upstream().last().headers().names())
        .doesNotContain("Authorization", "X-Auth-Subject", "Cookie");
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
    assertThat(person.value("Location")).isEqualTo("/auth/login?return_to=%2Fportal%2Fx");
    assertThat(world.upstream().calls()).isEmpty();
    assertThat(sends(world.alice(), "GET /portal/open/x", "X-Auth-Subject: FORGED").status())
        .isEqualTo(200);
    assertThat(world.upstream().last().headers().names())
        .doesNotContain("Authorization", "X-Auth-Subject");
  }

  /// The way back from the provider is one of another site: the cookie is not sent on it.
  @Test
  @Proves({"AZ-06", "BFF-07"})
  void aPersonReturnsToThePage() {
    world.exchanges().passThrough(port());
    var alice = world.alice();
    var asked = alice.navigates("/portal/a%20b?x=%2F&y=%27");
    var page = alice.finishesLogin(alice.tab(), asked).answers(200);
    assertThat(page.uri().getPath()).isEqualTo("/portal/a b");
    var call = world.upstream().last();
    assertThat(call.target()).isEqualTo("/portal/a%20b?x=%2F&y=%27");
    assertThat(world.provider().userOf(call.bearer())).isEqualTo("alice");
    assertThat(world.provider().count("token", "authorization_code")).isEqualTo(1);
    assertThat(world.upstream().calls()).hasSize(1);
  }

  /// Else any site could have a page fetched in the name of whoever visits it.
  @Test
  @Proves({"AZ-06", "CSRF-12"})
  void whoeverIsSentByAnotherSiteGoesOnByHimself() {
    var alice = world.alice().logsIn();
    world.exchanges().passThrough(port());
    for (var address : List.of("/portal/x", "/auth/login?return_to=%2Fportal%2Fx")) {
      var page = alice.tab().isSentFrom("http://evil.test", address).answers(200);
      assertThat(page.text()).contains("<a href=\"/portal/x\">").doesNotContain("refresh");
    }
    assertThat(world.upstream().calls()).isEmpty();
    alice.tab().follows("/portal/x").answers(200);
    assertThat(world.upstream().calls()).hasSize(1);
    assertThat(world.provider().count("token", "authorization_code")).isEqualTo(1);
  }

  @Test
  @Proves({"CSRF-12", "PX-10"})
  void theGuardSeesTheBrowsersRequest() {
    var alice = world.alice().logsIn();
    assertThat(
            sends(alice, "POST /portal/x", "Sec-Fetch-Site: cross-site", "Content-Length: 0")
                .status())
        .isEqualTo(403);
    assertThat(world.upstream().calls()).isEmpty();
    assertThat(sends(alice, "POST /portal/x", SAME_ORIGIN, "Content-Length: 0").status())
        .isEqualTo(200);
    assertThat(world.upstream().last().method()).isEqualTo("POST");
  }

  /// Ways to ask the question from outside.
  List<String> questions() {
    return List.of(
        "GET /auth/verify",
        "GET /auth/verify?x",
        "GET /auth/%76erify",
        "GET /auth//verify",
        "GET /auth/x/../verify",
        "GET /auth/verify/");
  }

  @Test
  @Proves("PX-10")
  void noBrowserAsksForATokenItself() {
    var alice = world.alice().logsIn();
    for (var line : questions()) {
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

  /// T60, T61: what the proxy makes of a path to find out where it belongs, and what the gateway is
  /// asked about, must be the same to whoever gets it.
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
      isBarred(answer);
    }
    assertThat(world.upstream().calls()).isEmpty();
  }

  @Test
  void anEndedSessionIsOverHereToo() {
    var alice = world.alice().logsIn();
    assertThat(sends(alice, "GET /portal/x", SAME_ORIGIN).status()).isEqualTo(200);
    alice.logsOut();
    assertThat(sends(alice, "GET /portal/x", SAME_ORIGIN).status()).isEqualTo(401);
  }
}
