package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import dev.cloakroom.world.World;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Who may use a session: whoever can prove to be a page of this origin. The cookie is there in
/// every one of these requests, as it would be from a sibling subdomain.
class CrossSiteTest {
  private static final String ALLOWED = "http://localhost:5999";

  @RegisterExtension final World world = new World(config -> config.allowedOrigins(ALLOWED));

  @ParameterizedTest
  @CsvSource({
    // method, Sec-Fetch-Site, mode, dest, Origin, X-CSRF, status
    "GET,    same-origin, cors,     empty,    ,       ,  200",
    "POST,   same-origin, cors,     empty,    own,    ,  200",
    "PUT,    same-origin, cors,     empty,    own,    ,  200",
    "GET,    same-origin, no-cors,  image,    ,       ,  200",
    "GET,    same-site,   cors,     empty,    ,       ,  403",
    "GET,    cross-site,  cors,     empty,    ,       ,  403",
    "GET,    cross-site,  no-cors,  image,    ,       ,  403",
    "GET,    cross-site,  navigate, document, ,       ,  403",
    "GET,    cross-site,  navigate, iframe,   ,       ,  403",
    "POST,   cross-site,  navigate, document, evil,   ,  403",
    "POST,   same-site,   cors,     empty,    sibling,,  403",
    "POST,   same-site,   cors,     empty,    allowed,,  200",
    "POST,   cross-site,  cors,     empty,    null,   ,  403",
    "POST,   cross-site,  cors,     empty,    evil,   1, 403",
    "PATCH,  cross-site,  cors,     empty,    evil,   ,  403",
    "DELETE, cross-site,  cors,     empty,    evil,   ,  403",
    "GET,    none,        navigate, document, ,       ,  200",
    "GET,    none,        navigate, iframe,   ,       ,  403",
    "GET,    none,        cors,     empty,    ,       ,  403",
    "POST,   none,        navigate, document, ,       ,  403",
    "GET,    sideways,    cors,     empty,    ,       ,  403",
    "GET,    ,            ,         ,         ,       ,  403",
    "GET,    ,            ,         ,         ,       1, 200",
    "POST,   ,            ,         ,         ,       1, 200",
    "POST,   ,            ,         ,         ,       ,  403",
    "GET,    ,            ,         ,         ,       0, 403",
    "POST,   ,            ,         ,         own,    ,  200",
    "POST,   ,            ,         ,         evil,   ,  403",
    "POST,   ,            ,         ,         evil,   1, 403",
    "POST,   ,            ,         ,         null,   1, 403",
    "POST,   ,            ,         ,         allowed,,  200"
  })
  @Proves({"CSRF-01", "CSRF-03", "CSRF-04", "CSRF-05", "CSRF-06", "CSRF-07", "CSRF-11", "CSRF-12"})
  void onlyAPageOfThisOriginUsesTheSession(
      String method,
      @Nullable String site,
      @Nullable String mode,
      @Nullable String dest,
      @Nullable String origin,
      @Nullable String csrf,
      int status) {
    var alice = world.alice().logsIn();
    var fields = new ArrayList<String>();
    add(fields, "Sec-Fetch-Site", site);
    add(fields, "Sec-Fetch-Mode", mode);
    add(fields, "Sec-Fetch-Dest", dest);
    add(fields, "Origin", origin == null ? null : origin(origin));
    add(fields, "X-CSRF", csrf);
    var answer = alice.rawly(method, "/api/orders", fields.toArray(new String[0]));
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(world.upstream().calls()).hasSize(status == 200 ? 1 : 0);
    if (status == 403) {
      assertThat(answer.text()).contains("cross_site_request");
    }
  }

  private static void add(List<String> fields, String name, @Nullable String value) {
    if (value != null) {
      fields.add(name);
      fields.add(value);
    }
  }

  private String origin(String who) {
    return switch (who) {
      case "own" -> world.url();
      case "sibling" -> "http://evil.localhost:" + world.gateway().port();
      case "allowed" -> ALLOWED;
      case "null" -> "null";
      default -> "http://evil.test";
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"PROPFIND", "FOO", "post"})
  @Proves("CSRF-01")
  @Case("T47")
  void unusualMethodsAreNoWayRound(String method) {
    var alice = world.alice().logsIn();
    var answer =
        alice.rawly(
            method, "/api/orders", "Sec-Fetch-Site", "cross-site", "Origin", "http://evil.test");
    assertThat(answer.status()).isIn(400, 403, 405, 501);
    assertThat(world.upstream().calls()).isEmpty();
  }

  @Test
  @Proves({"CSRF-02", "CSRF-06"})
  void aRouteThatWantsTheHeaderTakesNothingElse() {
    var alice = world.alice().logsIn();
    alice.fetches("/strict/x").refuses(403, "cross_site_request");
    assertThat(world.upstream().calls()).isEmpty();
    alice.fetches("/strict/x", "X-CSRF", "1").answers(200);
  }

  /// Whoever can plant a cookie can plant the header that repeats it; there is no such scheme here.
  @ParameterizedTest
  @ValueSource(strings = {"X-CSRF", "X-CSRF-Token", "X-XSRF-TOKEN"})
  @Proves("CSRF-13")
  void aCookieAndAHeaderThatRepeatsItProveNothing(String header) {
    var alice = world.alice().logsIn();
    for (var cookie : new String[] {"csrf", "XSRF-TOKEN", "__Host-csrf"}) {
      alice.jar().plant(URI.create(world.url()), cookie, "planted");
    }
    alice.rawly("POST", "/api/orders", header, "planted").refuses(403, "cross_site_request");
    assertThat(world.upstream().calls()).isEmpty();
    alice.rawly("POST", "/api/orders", "X-CSRF", "1").answers(200);
  }

  @Test
  @Proves("CSRF-12")
  void aRefusedCallDoesNotSlideTheSession() {
    var alice = world.alice().logsIn();
    world.clock().advance(java.time.Duration.ofMinutes(20));
    alice.fetches("/api/orders", "Sec-Fetch-Site", "cross-site").answers(403);
    world.clock().advance(java.time.Duration.ofMinutes(11));
    assertThat(alice.isLoggedIn()).isFalse();
  }

  @Test
  @Proves("CSRF-01")
  void optionalRoutesAreNeverSilentlyAnonymous() {
    var alice = world.alice();
    alice.fetches("/maybe/x", "Sec-Fetch-Site", "cross-site").answers(200);
    alice.logsIn();
    alice.fetches("/maybe/x").answers(200);
    assertThat(world.provider().userOf(world.upstream().last().bearer())).isEqualTo("alice");
    alice.fetches("/maybe/x", "Sec-Fetch-Site", "cross-site").refuses(403, "cross_site_request");
    assertThat(world.upstream().calls()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/auth/session", "/auth/events"})
  @Proves("CSRF-01")
  void theSessionsOwnEndpointsAskForProofToo(String path) {
    var alice = world.alice().logsIn();
    alice.fetches(path, "Sec-Fetch-Site", "cross-site").refuses(403, "cross_site_request");
    alice.fetches(path, "Sec-Fetch-Site", "same-site").refuses(403, "cross_site_request");
  }

  @Test
  @Proves({"CSRF-09", "CSRF-10"})
  @Case("T47")
  void nobodyElseLogsAliceOut() {
    var alice = world.alice().logsIn();
    alice.navigates("/auth/logout").answers(405);
    alice.fetches("/auth/logout").refuses(405, "method_not_allowed");
    alice
        .rawly("POST", "/auth/logout", "Sec-Fetch-Site", "cross-site", "Origin", "http://evil.test")
        .answers(403);
    alice.rawly("POST", "/auth/logout").answers(403);
    assertThat(alice.isLoggedIn()).isTrue();
    world
        .alice()
        .rawly("POST", "/auth/logout", "Sec-Fetch-Site", "cross-site", "Origin", "http://evil.test")
        .answers(403);
  }

  // -- CORS

  @Test
  @Proves({"CORS-02", "CORS-03"})
  @Case({"T71", "T85"})
  void aPreflightOfAnAllowedOriginIsAnsweredHere() {
    var answer =
        world
            .alice()
            .rawly(
                "OPTIONS", "/api/orders",
                "Origin", ALLOWED,
                "Access-Control-Request-Method", "PUT",
                "Access-Control-Request-Headers", "content-type,x-csrf")
            .answers(204);
    assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(ALLOWED);
    assertThat(answer.header("Access-Control-Allow-Credentials")).isEqualTo("true");
    assertThat(answer.header("Access-Control-Allow-Methods")).contains("PUT");
    assertThat(answer.header("Vary")).containsIgnoringCase("Origin");
    assertThat(world.upstream().calls()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:59990", "http://localhost:599", "https://localhost:5999",
        "http://localhost:5999.evil.test", "http://localhost.:5999", "null",
        "http://user@localhost:5999", "http://LOCALHOST:5999", "http://evil.test"
      })
  @Proves("CORS-02")
  @Case({"T21", "T85"})
  void noOtherOriginIsReflected(String origin) {
    var alice = world.alice();
    for (var method : List.of("OPTIONS", "GET")) {
      var answer =
          alice.rawly(
              method,
              "/public/news",
              "Origin",
              origin,
              "Sec-Fetch-Site",
              "cross-site",
              "Access-Control-Request-Method",
              "GET");
      assertThat(answer.headers().contains("Access-Control-Allow-Origin")).isFalse();
      assertThat(answer.headers().contains("Access-Control-Allow-Credentials")).isFalse();
    }
  }

  @Test
  @Proves("CORS-05")
  void apiAnswersStayWithTheirOrigin() {
    var alice = world.alice().logsIn();
    assertThat(alice.fetches("/api/orders").header("Cross-Origin-Resource-Policy"))
        .isEqualTo("same-origin");
  }
}
