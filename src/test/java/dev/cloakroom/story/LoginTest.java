package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import dev.cloakroom.world.Browser;
import dev.cloakroom.world.ScriptedProvider;
import dev.cloakroom.world.Tab;
import dev.cloakroom.world.World;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// From the navigation to `/auth/login` to the first page after it. The scripted provider refuses
/// whatever is wrong with a request, and a world with refusals fails its test.
class LoginTest {
  @RegisterExtension final World world = new World();

  @Test
  @Proves({"BFF-06", "BFF-07", "AZ-08", "CB-09", "HDR-04"})
  void aLoginLeadsToTheProviderAndBackToWhereItBegan() {
    var alice = world.alice();
    var login = alice.startsLogin(alice.tab(), "/orders?page=2").hops().getFirst();
    login.answers(302);
    assertThat(login.header("Location")).startsWith(world.provider().issuer() + "/authorize?");
    assertThat(login.header("Cache-Control")).contains("no-store");
    assertThat(login.header("Referrer-Policy")).isEqualTo("no-referrer");

    var page = alice.finishesLogin(alice.tab(), alice.tab().page());
    var callback = page.hops().get(1);
    callback.answers(302);
    assertThat(callback.header("Location")).isEqualTo("/orders?page=2");
    assertThat(callback.body().length()).isZero();
    assertThat(callback.header("Cache-Control")).contains("no-store");
    assertThat(callback.header("Referrer-Policy")).isEqualTo("no-referrer");
    assertThat(page.text()).isEqualTo(World.INDEX);
    assertThat(alice.whoAmI().getJsonObject("user").getString("name")).isEqualTo("alice");
  }

  /// Session Management 1.0, 3: whoever has no use for it ignores it.
  @Test
  @Proves("SM-01")
  void aSessionStateIsTakenAndPassedToNobody() {
    world
        .provider()
        .spoilsResponses(
            response -> {
              var more = new LinkedHashMap<>(response);
              more.put("session_state", "STATE-AT-THE-PROVIDER.salt");
              return more;
            });
    var alice = world.alice();
    alice.startsLogin(alice.tab(), "/");
    var page = alice.finishesLogin(alice.tab(), alice.tab().page()).answers(200);
    assertThat(page.hops().get(1).uri().getQuery()).contains("STATE-AT-THE-PROVIDER");
    assertThat(alice.isLoggedIn()).isTrue();
    alice.fetches("/api/orders").answers(200);
    assertThat(world.exchanges().received().toString()).doesNotContain("STATE-AT-THE-PROVIDER");
    assertThat(world.logged().toString()).doesNotContain("STATE-AT-THE-PROVIDER");
    assertThat(world.upstream().last().headers().toString())
        .doesNotContain("STATE-AT-THE-PROVIDER");
  }

  @Test
  @Proves({
    "BFF-01",
    "BFF-02",
    "PKCE-01",
    "PKCE-03",
    "PKCE-04",
    "STATE-01",
    "NONCE-01",
    "NONCE-02",
    "AZ-03",
    "AZ-05",
    "TOK-02",
    "TOK-03",
    "TOK-07",
    "TOK-09"
  })
  @Case("T15")
  void theProviderFindsNothingToRefuse() {
    world.alice().logsIn();
    world.browser("bob").logsIn();
    assertThat(world.provider().violations()).isEmpty();
    assertThat(world.provider().calls("authorize"))
        .hasSize(2)
        .allSatisfy(call -> assertThat(call.parameters().get("response_type")).isEqualTo("code"))
        .extracting(call -> call.parameters().get("client_id"))
        .containsOnly(ScriptedProvider.CLIENT_ID);
    assertThat(world.provider().calls("token"))
        .hasSize(2)
        .allSatisfy(call -> assertThat(call.parameters().contains("client_secret")).isFalse());
  }

  @Test
  @Case("T26")
  void theFragmentOfADeepLinkSurvives() {
    var alice = world.alice();
    alice.startsLogin(alice.tab(), "/app?x=1#/deep/link");
    var page = alice.finishesLogin(alice.tab(), alice.tab().page());
    assertThat(page.hops().get(1).header("Location")).isEqualTo("/app?x=1#/deep/link");
  }

  @Test
  @Proves({"CK-01", "CK-02", "CK-03", "CK-04", "CK-05", "CK-06", "CK-07", "CK-11", "CK-21"})
  @Case("T48")
  void cookiesAreAsSafeAsBrowsersAllow() {
    var alice = world.alice().logsIn();
    var session = alice.session().orElseThrow();
    assertThat(session.name()).isEqualTo("__Host-Http-session");
    assertThat(session.value()).matches("[A-Za-z0-9_-]{43}");
    assertThat(session.sameSite()).isEqualTo("strict");
    assertThat(session.has("max-age")).isFalse();
    assertThat(session.has("expires")).isFalse();
    var attempt = alice.jar().everSet().getFirst();
    assertThat(attempt.name()).matches("__Host-Http-login-[\\w-]+");
    assertThat(attempt.sameSite()).isEqualTo("lax");
    assertThat(attempt.attributes()).containsEntry("max-age", "600");
    assertThat(alice.jar().everSet())
        .allSatisfy(
            cookie -> {
              assertThat(cookie.has("secure")).as(cookie.source()).isTrue();
              assertThat(cookie.has("httponly")).as(cookie.source()).isTrue();
              assertThat(cookie.has("domain")).as(cookie.source()).isFalse();
              assertThat(cookie.attributes()).containsEntry("path", "/");
            });
    assertThat(alice.jar().rejected()).isEmpty();
    assertThat(alice.attempts()).as("spent attempts are deleted").isEmpty();
    assertThat(world.exchanges().received())
        .filteredOn(
            answer -> answer.head().toLowerCase(java.util.Locale.ROOT).contains("set-cookie"))
        .isNotEmpty()
        .allSatisfy(answer -> assertThat(answer.head()).containsIgnoringCase("no-store"));
  }

  @Test
  @Proves({"CK-09", "CK-10", "PKCE-04"})
  @Case("T10")
  void tenTabsFinishInReverseOrder() {
    var alice = world.alice();
    var tabs = new ArrayList<Tab>();
    for (int i = 0; i < 10; i++) {
      var tab = alice.newTab();
      alice.startsLogin(tab, "/page/" + i).answers(200);
      tabs.add(tab);
    }
    for (int i = 9; i >= 0; i--) {
      var page = alice.finishesLogin(tabs.get(i), tabs.get(i).page());
      page.answers(200);
      assertThat(page.uri().getPath()).isEqualTo("/page/" + i);
    }
    assertThat(alice.isLoggedIn()).isTrue();
    assertThat(alice.attempts()).isEmpty();
  }

  @Test
  @Proves("CK-09")
  @Case("T11")
  void anOlderTabThatFinishesLaterLeavesOneValidSession() {
    var alice = world.alice();
    var older = alice.newTab();
    alice.startsLogin(older, "/older");
    alice.logsIn("/newer");
    var first = alice.sessionValue();
    alice.finishesLogin(older, older.page()).answers(200);
    assertThat(alice.sessionValue()).isNotEqualTo(first);
    assertThat(alice.isLoggedIn()).isTrue();
  }

  @Test
  @Proves({"CK-10", "CK-15", "CK-19"})
  @Case("T28")
  void abandonedAttemptsStayBounded() {
    var alice = world.alice();
    for (int i = 0; i < 50; i++) {
      alice.startsLogin(alice.newTab(), "/page/" + i).answers(200);
    }
    var header =
        alice
            .jar()
            .header(java.net.URI.create(world.url()), java.util.Optional.empty(), true, "GET");
    assertThat(header.length()).isLessThanOrEqualTo(4096);
    assertThat(alice.attempts()).hasSizeGreaterThanOrEqualTo(10);
    alice.logsIn();
  }

  /// With a session or without: a page with a link on. A redirect would have to trust a request
  /// that may come from another site.
  @Test
  @Proves({"STATE-02", "CB-01", "CB-13", "PKCE-06"})
  @Case("T23")
  void aReplayedCallbackSpendsNothingAndLeadsOn() {
    var alice = world.alice();
    var callback = callbackOf(alice, "/");
    var session = alice.sessionValue();
    alice.newTab().navigates(callback).shows(400, "login_state_mismatch");
    assertThat(alice.sessionValue()).isEqualTo(session);
    assertThat(alice.isLoggedIn()).isTrue();

    alice.jar().forget(World.SESSION_COOKIE);
    alice.newTab().navigates(callback).shows(400, "login_state_mismatch");
    assertThat(world.provider().count("token")).isEqualTo(1);
  }

  @Test
  @Proves({"STATE-02", "CB-01", "CB-11", "PKCE-06"})
  void aCopiedAttemptIsSpentAsWell() {
    var alice = world.alice();
    alice.startsLogin(alice.tab(), "/");
    var copy = alice.attempts().getFirst();
    var callback =
        alice.finishesLogin(alice.tab(), alice.tab().page()).hops().get(1).uri().toString();
    alice.jar().receive(java.net.URI.create(world.url()), copy.source());
    assertThat(alice.attempts()).hasSize(1);
    alice.newTab().navigates(callback).shows(400, "login_state_mismatch");
    assertThat(world.provider().count("token")).isEqualTo(1);
  }

  /// Logs in, and answers the address of the callback that did it.
  private static String callbackOf(Browser browser, String returnTo) {
    browser.startsLogin(browser.tab(), returnTo);
    return browser
        .finishesLogin(browser.tab(), browser.tab().page())
        .hops()
        .get(1)
        .uri()
        .toString();
  }

  @Test
  @Proves({"CSRF-08", "CB-01", "STATE-01"})
  @Case("T12")
  void anotherBrowserCannotFinishALogin() {
    world.provider().asksForAClick(false);
    var mallory = world.browser("mallory");
    var callback = new ArrayList<String>();
    world
        .provider()
        .spoilsResponses(
            response -> {
              callback.add(
                  world.url()
                      + "/auth/callback?code="
                      + response.get("code")
                      + "&state="
                      + response.get("state")
                      + "&iss="
                      + response.get("iss"));
              return java.util.Map.of("error", "access_denied");
            });
    mallory.startsLogin(mallory.tab(), "/");
    int before = world.provider().count("token");
    var alice = world.alice();
    alice
        .tab()
        .isSentFrom("http://evil.test", callback.getFirst())
        .shows(400, "login_state_mismatch");
    assertThat(world.provider().count("token")).isEqualTo(before);
    assertThat(alice.session()).isEmpty();
  }

  @Test
  @Proves({"CK-12", "CB-14"})
  @Case({"T41", "T43"})
  void aNewLoginGetsANewIdAndTheOldOneIsDead() {
    var alice = world.alice().logsIn();
    var old = alice.sessionValue();
    alice.logsIn();
    assertThat(alice.sessionValue()).isNotEqualTo(old);
    var thief = world.browser("thief");
    thief.jar().plant(java.net.URI.create(world.url()), World.SESSION_COOKIE, old);
    thief.fetches("/api/orders").refuses(401, "session_ended");
    alice.fetches("/api/orders").answers(200);
  }

  @Test
  @Proves("CB-14")
  void anotherUserInTheSameBrowserReplacesTheFirst() {
    var browser = world.alice().logsIn();
    var bob = world.browser("bob");
    browser.startsLogin(browser.tab(), "/");
    world.provider().isVisitedBy("bob");
    browser.tab().clicks().answers(200);
    assertThat(browser.whoAmI().getJsonObject("user").getString("sub")).isEqualTo("sub-bob");
    browser.fetches("/api/orders").answers(200);
    assertThat(world.provider().userOf(world.upstream().last().bearer())).isEqualTo("bob");
    assertThat(bob.session()).isEmpty();
  }

  @Test
  @Proves("CK-12")
  @Case("T41")
  void aPlantedIdIsNeverTakenOver() {
    var alice = world.alice();
    var planted = "A".repeat(43);
    alice.jar().plant(java.net.URI.create(world.url()), World.SESSION_COOKIE, planted);
    alice.logsIn();
    assertThat(alice.sessionValue()).isNotEqualTo(planted);
  }

  @Test
  @Proves({"AZ-04", "AZ-05"})
  void onlyAllowedParametersTravelToTheProvider() {
    var alice = world.alice();
    var login =
        alice
            .navigates("/auth/login?login_hint=alice&prompt=login&ui_locales=de")
            .hops()
            .getFirst();
    assertThat(login.header("Location"))
        .contains("login_hint=alice")
        .contains("prompt=login")
        .contains("ui_locales=de");
    for (var forbidden :
        List.of(
            "scope=admin",
            "client_id=x",
            "redirect_uri=https://evil.test",
            "response_type=token",
            "state=1",
            "nonce=1",
            "code_challenge=x",
            "code_challenge_method=plain",
            "request=x",
            "request_uri=x",
            "response_mode=fragment",
            "login_hint=a&login_hint=b")) {
      alice.navigates("/auth/login?" + forbidden).shows(400, "invalid_parameter");
    }
    assertThat(world.provider().count("authorize")).isEqualTo(1);
  }

  @Test
  @Proves("AZ-04")
  @Case("T27")
  void aLinkOnAnotherSiteCannotChooseParameters() {
    var alice = world.alice();
    var page =
        alice
            .tab()
            .isSentFrom("http://evil.test", "/auth/login?return_to=/a&login_hint=mallory&scope=x")
            .hops()
            .getFirst();
    page.answers(302);
    assertThat(page.header("Location")).doesNotContain("mallory").doesNotContain("scope=x");
  }

  @Test
  @Proves("AZ-01")
  @Case("T72")
  void theRedirectUriComesFromTheConfiguration() {
    var alice = world.alice();
    var answer =
        alice
            .tab()
            .navigatesWith(
                "/auth/login",
                "X-Forwarded-Host",
                "evil.test",
                "X-Forwarded-Proto",
                "https",
                "Forwarded",
                "host=evil.test;proto=https");
    assertThat(answer.answers(302).location().getQuery())
        .contains("redirect_uri=" + world.url() + "/auth/callback");
  }

  @Test
  @Proves({"CSRF-14", "BFF-06"})
  void onlyANavigationStartsALogin() {
    var alice = world.alice();
    alice.fetches("/auth/login").refuses(400, "navigation_required");
    alice.fetches("/auth/login", "Sec-Fetch-Site", "cross-site").answers(400);
    alice.tab().navigatesWith("/auth/login", "Sec-Fetch-Dest", "iframe").answers(400);
    assertThat(world.provider().count("authorize")).isZero();
    assertThat(alice.attempts()).isEmpty();
  }

  @Test
  @Proves("CB-10")
  void headAndPrefetchSpendNothing() {
    var alice = world.alice();
    alice.startsLogin(alice.tab(), "/");
    world.provider().isVisitedBy("alice");
    var callback = alice.tab().clicksWithoutFollowing().location().toString();
    alice.tab().asks("HEAD", callback).answers(405);
    assertThat(alice.tab().asks("GET", callback, "Sec-Purpose", "prefetch").status())
        .isIn(204, 503);
    assertThat(world.provider().count("token")).isZero();
    alice.newTab().arrivesFrom(world.provider().issuer(), callback).answers(200);
    assertThat(alice.isLoggedIn()).isTrue();
  }
}
