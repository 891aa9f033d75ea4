package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.proxy.Route;
import dev.cloakroom.world.Answer;
import dev.cloakroom.world.Browser;
import dev.cloakroom.world.Fault;
import dev.cloakroom.world.RouteDraft;
import dev.cloakroom.world.Waiting;
import dev.cloakroom.world.World;
import io.vertx.core.MultiMap;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Another proxy asks whether a request may go out.
class VerifyTest {
  static final String SECRET = "a-secret-of-the-proxy-and-the-gateway";

  @RegisterExtension
  final World world =
      new World(
          config ->
              config
                  .trustedProxies("127.0.0.1")
                  .verify(SECRET)
                  .rates(600, 600, 600)
                  .route(
                      new RouteDraft("/told/**")
                          .token(Route.TokenKind.NONE)
                          .identity(
                              new Route.Identity(
                                  Map.of("X-Auth-Subject", "sub"), Optional.empty()))));

  /// What the proxy sends on behalf of a browser, and what only the proxy sees.
  private Answer sends(Browser who, String method, String... fields) {
    var at = URI.create(world.url() + "/auth/verify");
    var headers = MultiMap.caseInsensitiveMultiMap();
    for (int i = 0; i < fields.length; i += 2) {
      headers.add(fields[i], fields[i + 1]);
    }
    var cookies = who.jar().header(at, Optional.of(at.getHost()), false, "GET");
    if (!cookies.isEmpty()) {
      headers.add("Cookie", cookies);
    }
    return Waiting.on(world.behindBrowsers().send(method, at, headers, Optional.empty()));
  }

  private Answer asks(Browser who, String method, String uri, String... more) {
    var fields =
        new ArrayList<>(
            List.of(
                "X-Cloakroom-Verify",
                SECRET,
                "X-Forwarded-Method",
                method,
                "X-Forwarded-Uri",
                uri,
                "Sec-Fetch-Site",
                "same-origin",
                "Sec-Fetch-Mode",
                "cors",
                "Sec-Fetch-Dest",
                "empty"));
    fields.addAll(List.of(more));
    return sends(who, "GET", fields.toArray(String[]::new));
  }

  /// The question of somebody who has the secret, and says he comes from a network of proxies.
  static Answer asksWithTheSecret(Browser who) {
    return who.rawly(
        "GET",
        "/auth/verify",
        "X-Cloakroom-Verify",
        SECRET,
        "X-Forwarded-For",
        "10.0.0.1",
        "X-Forwarded-Method",
        "GET",
        "X-Forwarded-Uri",
        "/api/x",
        "Sec-Fetch-Site",
        "same-origin");
  }

  private static void handsNothingOut(Answer answer) {
    assertThat(answer.headers().contains("Authorization")).isFalse();
    assertThat(answer.headers().contains("X-Auth-Subject")).isFalse();
    assertThat(answer.headers().contains("Cookie")).isFalse();
    assertThat(answer.headers().contains("Location")).isFalse();
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
  }

  @Test
  @Proves({"PX-10", "PX-11"})
  void theProxyGetsWhatTheUpstreamWouldGet() {
    var alice = world.alice().logsIn();
    alice.jar().receive(URI.create(world.url()), "theme=dark; Path=/");
    var answer = asks(alice, "GET", "/api/orders?page=2");
    answer.answers(204);
    var bearer = answer.header("Authorization").replaceFirst("^Bearer ", "");
    assertThat(world.provider().userOf(bearer)).isEqualTo("alice");
    assertThat(answer.header("Cookie")).as("less the gateway's own").isEqualTo("theme=dark");
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    var told = asks(alice, "GET", "/told/x", "X-Auth-Subject", "FORGED").answers(204);
    assertThat(told.header("X-Auth-Subject")).isEqualTo("sub-alice");
    assertThat(told.headers().contains("Authorization")).isFalse();
    assertThat(world.upstream().calls()).isEmpty();
  }

  @Test
  void aStrangerIsToldWhereToLogIn() {
    var refused = asks(world.alice(), "GET", "/api/orders").refuses(401, "login_required");
    assertThat(refused.header("X-Cloakroom-Login")).isEqualTo("/auth/login");
    handsNothingOut(refused);
    var open = asks(world.alice(), "GET", "/public/news").answers(204);
    handsNothingOut(open);
    handsNothingOut(asks(world.alice(), "GET", "/maybe/x").answers(204));
  }

  /// What follows the address to log in at.
  private String loginOf(String dest, String method, String uri) {
    var mode = dest.equals("document") ? "navigate" : "cors";
    var refused =
        sends(
            world.alice(),
            "GET",
            "X-Cloakroom-Verify",
            SECRET,
            "X-Forwarded-Method",
            method,
            "X-Forwarded-Uri",
            uri,
            "Sec-Fetch-Site",
            "none",
            "Sec-Fetch-Mode",
            mode,
            "Sec-Fetch-Dest",
            dest);
    var login = refused.answers(401).header("X-Cloakroom-Login");
    assertThat(login).startsWith("/auth/login");
    return login.substring("/auth/login".length());
  }

  @Test
  @Proves("AZ-06")
  void aPersonIsToldThePageToReturnTo() {
    assertThat(loginOf("document", "GET", "/told/x?a=b&c=%2F"))
        .isEqualTo("?return_to=%2Ftold%2Fx%3Fa%3Db%26c%3D%252F");
    assertThat(loginOf("document", "GET", "/told/" + "x".repeat(2048))).as("too long").isEmpty();
    assertThat(loginOf("empty", "GET", "/told/x")).as("a script").isEmpty();
    assertThat(loginOf("document", "POST", "/told/x")).as("a form").isEmpty();
  }

  @Test
  @Proves("AZ-06")
  void theWayBackIsOneFromHere() {
    var alice = world.alice();
    var page = alice.finishesLogin(alice.tab(), alice.startsLogin(alice.tab(), "/told/x"));
    page.answers(200);
    assertThat(world.upstream().last().target()).isEqualTo("/told/x");
    var sentOn = page.hops().get(page.hops().size() - 2);
    assertThat(sentOn.uri().getPath()).isEqualTo("/auth/callback");
    assertThat(sentOn.answers(200).header("Content-Security-Policy"))
        .contains("default-src 'none'");
    assertThat(sentOn.header("Referrer-Policy")).isEqualTo("no-referrer");
    var anywhere = world.browser("bob");
    var app = anywhere.finishesLogin(anywhere.tab(), anywhere.startsLogin(anywhere.tab(), "/some"));
    assertThat(app.hops().get(app.hops().size() - 2).status()).as("no need").isEqualTo(302);
  }

  /// What a browser does not say, nobody believes.
  @ParameterizedTest
  @ValueSource(strings = {"", "same-site", "cross-site", "same-origin, same-origin", "other"})
  @Proves({"AZ-06", "CSRF-12"})
  void noOtherSiteChoosesThePage(String site) {
    var fields = new ArrayList<>(List.of("Accept", "text/html"));
    if (!site.isEmpty()) {
      fields.addAll(List.of("Sec-Fetch-Site", site));
    }
    var page =
        world
            .alice()
            .rawly("GET", "/auth/login?return_to=%2Ftold%2Fx", fields.toArray(String[]::new))
            .answers(200);
    assertThat(page.text()).contains("<a href=\"/told/x\">").doesNotContain("refresh");
    assertThat(page.setCookies()).isEmpty();
  }

  @Test
  @Proves("AZ-07")
  void noLogoutEndsThere() {
    var alice = world.alice().logsIn();
    alice.posts("/auth/logout?return_to=/told/x").refuses(400, "invalid_return_to");
  }

  @Test
  @Proves("PX-10")
  void whoeverHasNotTheSecretGetsNothing() {
    var alice = world.alice().logsIn();
    for (var shown : List.of("", "wrong", SECRET + "x", SECRET.substring(1))) {
      handsNothingOut(
          sends(
                  alice,
                  "GET",
                  "X-Cloakroom-Verify",
                  shown,
                  "X-Forwarded-Method",
                  "GET",
                  "X-Forwarded-Uri",
                  "/api/x",
                  "Sec-Fetch-Site",
                  "same-origin")
              .refuses(403, "forbidden"));
    }
    handsNothingOut(
        sends(
                alice,
                "GET",
                "X-Forwarded-Method",
                "GET",
                "X-Forwarded-Uri",
                "/api/x",
                "Sec-Fetch-Site",
                "same-origin")
            .refuses(403, "forbidden"));
    handsNothingOut(
        asks(alice, "GET", "/api/x", "X-Cloakroom-Verify", "another").refuses(403, "forbidden"));
  }

  @ParameterizedTest
  @CsvSource({"X-Forwarded-Method", "X-Forwarded-Uri"})
  @Proves("PX-10")
  void aQuestionThatIsNotClearIsRefused(String field) {
    var alice = world.alice().logsIn();
    handsNothingOut(asks(alice, "GET", "/api/x", field, "/public/x").refuses(403, "forbidden"));
    var other = field.equals("X-Forwarded-Uri") ? "X-Forwarded-Method" : "X-Forwarded-Uri";
    handsNothingOut(
        sends(
                alice,
                "GET",
                "X-Cloakroom-Verify",
                SECRET,
                other,
                other.equals("X-Forwarded-Uri") ? "/api/x" : "GET",
                "Sec-Fetch-Site",
                "same-origin")
            .refuses(403, "forbidden"));
  }

  /// T60, T61: the path is read as the gateway reads every path.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/public/..%2fapi/x",
        "/public%2f..%2fapi/x",
        "/public/%2e%2e/api/x",
        "/public/..;/api/x",
        "/public/../api/x",
        "/public//api/x",
        "//api/x",
        "/public/%252e%252e/api/x",
        "/public/..%5capi/x",
        "/public\\..\\api/x",
        "/public/%00",
        "/public/%c0%ae%c0%ae/api",
        "/public/x#/api",
        "/%61pi/x",
        "/api%2fx",
        "http://evil.test/public/x",
        "public/x",
        "*",
        "?x",
        "/nowhere",
        "/auth/session",
        "/auth/verify",
        "/auth/../api/x"
      })
  @Proves("PX-20")
  void noPathIsReadInTwoWays(String uri) {
    var alice = world.alice().logsIn();
    handsNothingOut(asks(alice, "GET", uri).refuses(403, "forbidden"));
  }

  /// T64.
  @ParameterizedTest
  @ValueSource(strings = {"POST", "get", "Get", "FOO", "TRACE", "CONNECT", "GET POST", "OPTIONS"})
  @Proves("BFF-12")
  void theMethodIsTheOriginalOnes(String method) {
    var alice = world.alice().logsIn();
    asks(alice, "GET", "/read/x").answers(204);
    handsNothingOut(asks(alice, method, "/read/x").refuses(403, "forbidden"));
  }

  /// T62.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-HTTP-Method-Override",
        "X_HTTP_Method_Override",
        "X-HTTP-Method",
        "X-Method-Override",
        "X-Original-URL",
        "X-Original-URI",
        "X-Original-Method",
        "X-Rewrite-URL",
        "x_rewrite-url"
      })
  @Proves("PX-10")
  void noOtherFieldRenamesTheRequest(String field) {
    var alice = world.alice().logsIn();
    handsNothingOut(asks(alice, "GET", "/read/x", field, "/x").refuses(403, "forbidden"));
  }

  @Test
  @Proves({"CSRF-12", "WS-01"})
  void theCrossSiteGuardStandsHereToo() {
    var alice = world.alice().logsIn();
    handsNothingOut(
        sends(
                alice,
                "GET",
                "X-Cloakroom-Verify",
                SECRET,
                "X-Forwarded-Method",
                "POST",
                "X-Forwarded-Uri",
                "/api/x",
                "Sec-Fetch-Site",
                "cross-site")
            .refuses(403, "cross_site_request"));
    handsNothingOut(
        sends(
                alice,
                "GET",
                "X-Cloakroom-Verify",
                SECRET,
                "X-Forwarded-Method",
                "POST",
                "X-Forwarded-Uri",
                "/strict/x",
                "Sec-Fetch-Site",
                "same-origin")
            .refuses(403, "cross_site_request"));
  }

  /// Proxies drop `Upgrade` before they ask; a socket is known by what comes with it.
  @ParameterizedTest
  @ValueSource(strings = {"/api/feed", "/public/feed"})
  @Proves({"WS-01", "CSRF-12"})
  void aSocketProvesItsOrigin(String path) {
    var alice = world.alice().logsIn();
    var key = "dGhlIHNhbXBsZSBub25jZQ==";
    for (var origin : List.of("https://evil.test", "null", world.url() + ".evil.test")) {
      handsNothingOut(
          asks(alice, "GET", path, "Sec-WebSocket-Key", key, "Origin", origin)
              .refuses(403, "origin_not_allowed"));
    }
    handsNothingOut(
        asks(alice, "GET", path, "Sec-WebSocket-Version", "13").refuses(403, "origin_not_allowed"));
    asks(alice, "GET", path, "Sec-WebSocket-Key", key, "Origin", world.url()).answers(204);
  }

  @Test
  @Proves("PX-05")
  void theOriginalHostIsOneOfOurs() {
    var alice = world.alice().logsIn();
    var own = URI.create(world.url()).getAuthority();
    asks(alice, "GET", "/api/x", "X-Forwarded-Host", own).answers(204);
    for (var host : List.of("evil.test", own + ", evil.test", "")) {
      handsNothingOut(
          asks(alice, "GET", "/api/x", "X-Forwarded-Host", host).refuses(403, "forbidden"));
    }
  }

  @Test
  @Proves({"RT-01", "RT-13"})
  void theTokenIsKeptFreshAsForACall() {
    var alice = world.alice().logsIn();
    world.clock().advance(Duration.ofMinutes(6));
    var first = asks(alice, "GET", "/api/x").answers(204).header("Authorization");
    assertThat(world.provider().count("token", "refresh_token")).isEqualTo(1);
    assertThat(asks(alice, "GET", "/api/x").answers(204).header("Authorization")).isEqualTo(first);
    world.clock().advance(Duration.ofMinutes(6));
    world.provider().alwaysAt("token", Fault.status(503));
    var later = asks(alice, "GET", "/api/x").refuses(503, "provider_unavailable");
    assertThat(later.header("Retry-After")).matches("\\d+");
    handsNothingOut(later);
  }

  @Test
  void anEndedSessionGetsNothing() {
    var alice = world.alice().logsIn();
    var cookie = alice.sessionValue();
    asks(alice, "GET", "/api/x").answers(204);
    alice.logsOut();
    handsNothingOut(
        asks(world.alice(), "GET", "/api/x", "Cookie", World.SESSION_COOKIE + "=" + cookie)
            .refuses(401, "session_ended"));
  }

  @Test
  void onlyAGetAsks() {
    var alice = world.alice().logsIn();
    for (var method : Set.of("POST", "PUT", "OPTIONS")) {
      handsNothingOut(
          sends(
                  alice,
                  method,
                  "X-Cloakroom-Verify",
                  SECRET,
                  "X-Forwarded-Method",
                  "GET",
                  "X-Forwarded-Uri",
                  "/api/x",
                  "Sec-Fetch-Site",
                  "same-origin")
              .refuses(405, "method_not_allowed"));
    }
  }
}
