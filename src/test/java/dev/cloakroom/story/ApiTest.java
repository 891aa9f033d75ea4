package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import dev.cloakroom.world.Answer;
import dev.cloakroom.world.Fault;
import dev.cloakroom.world.World;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A call to an API: the token goes out, the cookie does not, and tokens are kept fresh.
class ApiTest {
  @RegisterExtension final World world = new World();

  @Test
  @Proves({"BFF-04", "TOK-12", "TOK-09", "PX-11", "DPOP-10"})
  void theCallCarriesTheTokenAndNoCookieOfOurs() {
    var alice = world.alice().logsIn();
    alice.startsLogin(alice.newTab(), "/");
    alice.jar().receive(java.net.URI.create(world.url()), "theme=dark; Path=/");
    alice
        .fetches(
            "/api/orders?page=2",
            "Authorization",
            "Bearer FORGED",
            "Proxy-Authorization",
            "Basic FORGED",
            "DPoP",
            "FORGED",
            "X-Forwarded-User",
            "FORGED",
            "X_Forwarded_User",
            "FORGED")
        .answers(200);
    var call = world.upstream().last();
    assertThat(call.target()).isEqualTo("/api/orders?page=2");
    assertThat(world.provider().userOf(call.bearer())).isEqualTo("alice");
    assertThat(call.headers().getAll("Cookie")).containsExactly("theme=dark");
    assertThat(call.headers().toString()).doesNotContain("FORGED");
    assertThat(call.target()).doesNotContain("SENTINEL");
  }

  @Test
  @Proves("BFF-04")
  @Case("T71")
  void anAnonymousRouteGetsNeitherTokenNorCookie() {
    var alice = world.alice().logsIn();
    alice.fetches("/public/news", "Authorization", "Bearer FORGED").answers(200);
    var call = world.upstream().last();
    assertThat(call.headers().contains("Authorization")).isFalse();
    assertThat(call.headers().contains("Cookie")).isFalse();
  }

  @Test
  @Proves({"ERR-01", "ERR-02", "ERR-03", "HDR-04"})
  @Case({"T16", "T81"})
  void aStrangersFetchIsToldWhereToLogIn() {
    var refused = world.alice().fetches("/api/orders").refuses(401, "login_required");
    assertThat(refused.json().getString("login_url")).isEqualTo("/auth/login");
    assertThat(refused.setCookies()).isEmpty();
    assertThat(refused.headers().contains("WWW-Authenticate")).isFalse();
    assertThat(world.upstream().calls()).isEmpty();
  }

  @Test
  @Proves("ERR-02")
  @Case("T13")
  void aBearerFromTheBrowserMeansNothing() {
    world
        .alice()
        .fetches("/api/orders", "Authorization", "Bearer anything")
        .refuses(401, "login_required");
    assertThat(world.upstream().calls()).isEmpty();
  }

  @Test
  @Proves("ERR-02")
  void aStrangersNavigationGetsAReadablePage() {
    var page = world.alice().navigates("/api/orders").shows(401, "login_required");
    assertThat(page.text()).contains("/auth/login");
    assertThat(page.hops()).hasSize(1);
  }

  /// T80: a redirect to the provider answers a navigation to `/auth/login` and nothing else.
  @ParameterizedTest
  @CsvSource({
    "GET, text/html, navigate, document, html",
    "GET, */*, navigate, document, html",
    "GET, */*, cors, empty, problem",
    "GET, application/json, cors, empty, problem",
    "GET, text/html, cors, empty, problem",
    "GET, */*, same-origin, empty, problem",
    "GET, image/png, no-cors, image, problem",
    "GET, text/html, navigate, iframe, problem",
    "GET, */*, , , problem",
    "GET, text/html, , , html",
    "POST, */*, cors, empty, problem"
  })
  @Proves("ERR-02")
  @Case("T80")
  void aStrangerIsNeverRedirected(
      String method, String accept, @Nullable String mode, @Nullable String dest, String expected) {
    var fields =
        new java.util.ArrayList<>(List.of("Accept", accept, "Sec-Fetch-Site", "same-origin"));
    if (mode != null && dest != null) {
      fields.addAll(List.of("Sec-Fetch-Mode", mode, "Sec-Fetch-Dest", dest));
    }
    Answer answer =
        world.alice().rawly(method, "/api/orders", fields.toArray(new String[0])).answers(401);
    assertThat(answer.header("Content-Type"))
        .startsWith(expected.equals("html") ? "text/html" : "application/problem+json");
    assertThat(answer.headers().contains("Location")).isFalse();
  }

  @Test
  @Proves("ERR-05")
  @Case("T82")
  void theUpstreamsOwnErrorsPass() {
    var alice = world.alice().logsIn();
    var problem = "{\"type\":\"https://orders.test/problems/broke\",\"status\":403}";
    world
        .upstream()
        .nextAnswers(
            new Fault.Answer(403, Map.of("Content-Type", "application/problem+json"), problem),
            new Fault.Answer(401, Map.of("WWW-Authenticate", "Bearer scope=\"more\""), "mine"),
            new Fault.Answer(500, Map.of(), "broken"),
            new Fault.Answer(302, Map.of("Location", "https://elsewhere.test/"), ""));
    assertThat(alice.fetches("/api/orders").answers(403).text()).isEqualTo(problem);
    var own = alice.fetches("/api/orders").answers(401);
    assertThat(own.text()).isEqualTo("mine");
    assertThat(own.header("WWW-Authenticate")).startsWith("Bearer");
    assertThat(alice.fetches("/api/orders").answers(500).text()).isEqualTo("broken");
    assertThat(alice.fetches("/api/orders").answers(302).header("Location"))
        .isEqualTo("https://elsewhere.test/");
    assertThat(alice.isLoggedIn()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Basic realm=\"x\"", "Digest realm=\"x\"", "Negotiate", "NTLM"})
  @Proves("PX-12")
  void noUpstreamMakesTheBrowserPrompt(String challenge) {
    var alice = world.alice().logsIn();
    world.upstream().nextAnswers(new Fault.Answer(401, Map.of("WWW-Authenticate", challenge), ""));
    var answer = alice.fetches("/api/orders").answers(401);
    assertThat(answer.headers().contains("WWW-Authenticate")).isFalse();
  }

  @Test
  @Proves({"CK-17", "PX-25", "CORS-04"})
  void answersAreCleaned() {
    var alice = world.alice().logsIn();
    var session = alice.sessionValue();
    world
        .upstream()
        .nextAnswers(
            new Fault.Answer(
                200,
                Map.of(
                    "Set-Cookie",
                    "__Host-Http-session=x; Path=/; Secure; HttpOnly\n"
                        + "__Host-Http-login-x=y; Path=/; Secure; HttpOnly\napp=1; Path=/",
                    "Access-Control-Allow-Origin",
                    "*"),
                "ok"));
    var answer = alice.fetches("/api/orders").answers(200);
    assertThat(answer.setCookies()).containsExactly("app=1; Path=/");
    assertThat(answer.headers().contains("Access-Control-Allow-Origin")).isFalse();
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    assertThat(alice.sessionValue()).isEqualTo(session);
  }

  @Test
  @Proves("BFF-12")
  void methodsAreRestrictedPerRoute() {
    var alice = world.alice().logsIn();
    var refused = alice.calls("POST", "/read/x").refuses(405, "method_not_allowed");
    assertThat(refused.header("Allow")).contains("GET");
    assertThat(world.upstream().calls()).isEmpty();
  }

  // -- refresh

  private static final Duration STALE = Duration.ofMinutes(6);

  @Test
  @Proves({"RT-01", "RT-02", "CK-13"})
  @Case("T01")
  void callsThatArriveTogetherShareOneRefresh() {
    var alice = world.alice().logsIn();
    var cookie = alice.sessionValue();
    world.clock().advance(STALE);
    var gate = world.provider().holdsAt("token");
    var all =
        java.util.stream.IntStream.range(0, 50)
            .mapToObj(_ -> alice.startsFetching("/api/orders"))
            .toList();
    dev.cloakroom.world.Waiting.until(
        "a refresh", () -> world.provider().count("token", "refresh_token") > 0);
    gate.complete();
    assertThat(all).allSatisfy(call -> dev.cloakroom.world.Waiting.on(call).answers(200));
    assertThat(world.provider().count("token", "refresh_token")).isEqualTo(1);
    assertThat(world.upstream().calls())
        .hasSize(50)
        .extracting(dev.cloakroom.world.Upstream.Call::bearer)
        .containsOnly(world.upstream().last().bearer());
    assertThat(alice.sessionValue()).isEqualTo(cookie);
  }

  @Test
  @Proves("RT-01")
  void rotatedTokensAreUsedOneAfterTheOther() {
    var alice = world.alice().logsIn();
    for (int i = 1; i <= 3; i++) {
      world.clock().advance(STALE);
      alice.fetches("/api/orders").answers(200);
      assertThat(world.provider().count("token", "refresh_token")).isEqualTo(i);
    }
  }

  @Test
  @Proves("RT-01")
  @Case("T121")
  void aRefreshTokenThatIsNotRepeatedIsKept() {
    world.provider().rotatesRefreshTokens(false);
    var alice = world.alice().logsIn();
    for (int i = 1; i <= 2; i++) {
      world.clock().advance(STALE);
      alice.fetches("/api/orders").answers(200);
    }
    assertThat(world.provider().count("token", "refresh_token")).isEqualTo(2);
  }

  @Test
  @Proves({"RT-08", "BFF-09"})
  @Case("T08")
  void aRefusedRefreshTokenEndsTheSession() {
    var alice = world.alice().logsIn();
    world.provider().endsAllSessionsOf("alice");
    world.clock().advance(STALE);
    var refused = alice.fetches("/api/orders").refuses(401, "session_expired");
    assertThat(refused.json().getString("login_url")).isEqualTo("/auth/login");
    assertThat(refused.setCookies()).as("only callback and logout touch the cookie").isEmpty();
    assertThat(alice.isLoggedIn()).isFalse();
    assertThat(world.upstream().calls()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 503, 429})
  @Proves({"RT-08", "RT-12", "ERR-06"})
  @Case({"T08", "T106"})
  void anOutageOfTheProviderEndsNothing(int status) {
    var alice = world.alice().logsIn();
    world.clock().advance(STALE);
    world.provider().alwaysAt("token", Fault.status(status));
    for (int i = 0; i < 5; i++) {
      var refused = alice.fetches("/api/orders").refuses(503, "provider_unavailable");
      assertThat(refused.header("Retry-After")).matches("\\d+");
    }
    assertThat(world.provider().count("token", "refresh_token")).isLessThanOrEqualTo(2);
    world.provider().behavesAgain();
    world.clock().advance(Duration.ofMinutes(1));
    alice.fetches("/api/orders").answers(200);
  }

  @Test
  @Proves("RT-08")
  void aProviderThatRefusesTheGatewayEndsNothing() {
    var alice = world.alice().logsIn();
    world.clock().advance(STALE);
    world.provider().nextAt("token", Fault.error(401, "invalid_client"));
    alice.fetches("/api/orders").refuses(502, "provider_rejected");
    world.clock().advance(Duration.ofMinutes(1));
    alice.fetches("/api/orders").answers(200);
  }

  @Test
  @Proves("RT-06")
  void aLostAnswerDoesNotEndTheSessionByItself() {
    var alice = world.alice().logsIn();
    world.clock().advance(STALE);
    world.provider().nextAt("token", new Fault.LoseAnswer());
    alice.fetches("/api/orders").refuses(503, "provider_unavailable");
    assertThat(alice.isLoggedIn()).isTrue();
    world.clock().advance(Duration.ofMinutes(1));
    alice.fetches("/api/orders").refuses(401, "session_expired");
  }

  @Test
  @Proves("RT-07")
  @Case("T35")
  void aRefreshedIdTokenOfSomebodyElseEndsTheSession() {
    var alice = world.alice().logsIn();
    world.provider().spoilsIdTokens(draft -> draft.claim("sub", "sub-mallory"));
    world.clock().advance(STALE);
    alice.fetches("/api/orders").refuses(401, "session_expired");
    assertThat(world.upstream().calls()).isEmpty();
  }

  @Test
  @Proves("RT-10")
  void aTokenTheUpstreamRefusesIsRenewedAndTheCallRepeated() {
    var alice = world.alice().logsIn();
    world
        .upstream()
        .nextAnswers(
            new Fault.Answer(
                401, Map.of("WWW-Authenticate", "Bearer error=\"invalid_token\""), ""));
    alice.fetches("/api/orders").answers(200);
    assertThat(world.provider().count("token", "refresh_token")).isEqualTo(1);
    assertThat(world.upstream().calls()).hasSize(2);
    assertThat(world.upstream().calls().get(0).bearer())
        .isNotEqualTo(world.upstream().calls().get(1).bearer());
  }

  @Test
  @Proves("RT-10")
  @Case("T82")
  void aRefusalThatRemainsPassesWithoutALoop() {
    var alice = world.alice().logsIn();
    var refusal =
        new Fault.Answer(401, Map.of("WWW-Authenticate", "Bearer error=\"invalid_token\""), "no");
    world.upstream().nextAnswers(refusal, refusal, refusal);
    assertThat(alice.fetches("/api/orders").answers(401).text()).isEqualTo("no");
    assertThat(world.upstream().calls()).hasSize(2);
    assertThat(world.provider().count("token", "refresh_token")).isEqualTo(1);
  }

  @Test
  @Proves({"RT-13", "CSRF-12"})
  void aRefusedCallRefreshesNothing() {
    var alice = world.alice().logsIn();
    world.clock().advance(STALE);
    alice.fetches("/api/orders", "Sec-Fetch-Site", "cross-site").refuses(403, "cross_site_request");
    alice.fetches("/public/news").answers(200);
    assertThat(world.provider().count("token", "refresh_token")).isZero();
  }

  @Test
  @Proves("RT-04")
  @Case({"T09", "T94"})
  void aCallerWhoLeavesDoesNotTakeTheRefreshAlong() {
    var alice = world.alice().logsIn();
    world.clock().advance(STALE);
    var gate = world.provider().holdsAt("token");
    var leaver = alice.startsAndLeaves("/api/orders");
    dev.cloakroom.world.Waiting.until(
        "a refresh", () -> world.provider().count("token", "refresh_token") > 0);
    leaver.leaves();
    gate.complete();
    alice.fetches("/api/orders").answers(200);
    assertThat(world.provider().count("token", "refresh_token")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 500, 503})
  @Proves({"RT-01", "RT-05"})
  @Case("T07")
  void tokensThatWereRenewedForACallThatFailsAreKept(int status) {
    var alice = world.alice().logsIn();
    world.clock().advance(STALE);
    world.upstream().nextAnswers(Fault.status(status));
    alice.fetches("/api/orders").answers(status);
    world.clock().advance(STALE);
    world.upstream().nextAnswers(new Fault.Drop());
    alice.calls("POST", "/api/orders").refuses(502, "upstream_unreachable");
    alice.fetches("/api/orders").answers(200);
    assertThat(world.provider().count("token", "refresh_token")).isEqualTo(2);
    world.clock().advance(STALE);
    alice.fetches("/api/orders").answers(200);
    assertThat(world.provider().count("token", "refresh_token")).isEqualTo(3);
  }

  // -- the upstream's failures

  @Test
  @Proves({"ERR-06", "ERR-04"})
  @Case("T116")
  void anUpstreamThatIsAwayIsTold() {
    var alice = world.alice().logsIn();
    world.upstream().close();
    var refused = alice.fetches("/api/orders").refuses(502, "upstream_unreachable");
    assertThat(refused.text()).doesNotContain("127.0.0.1").doesNotContain("Exception");
    assertThat(alice.isLoggedIn()).isTrue();
  }

  @Test
  @Proves("PX-22")
  void aCallThatChangesSomethingIsNotRepeated() {
    var alice = world.alice().logsIn();
    world.upstream().nextAnswers(new Fault.Drop());
    alice.calls("POST", "/api/orders").refuses(502, "upstream_unreachable");
    assertThat(world.upstream().calls()).hasSize(1);
  }
}
