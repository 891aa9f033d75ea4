package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import dev.cloakroom.login.Rounds;
import dev.cloakroom.observe.Event;
import dev.cloakroom.session.FrontEnd;
import dev.cloakroom.session.SessionId;
import dev.cloakroom.world.Answer;
import dev.cloakroom.world.Browser;
import dev.cloakroom.world.CountingEntropy;
import dev.cloakroom.world.LossyProxy;
import dev.cloakroom.world.LossyProxy.Loses;
import dev.cloakroom.world.RouteDraft;
import dev.cloakroom.world.World;
import java.net.URI;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The provider knows the user and the session does not reach whoever asks for it: the browser does
/// not go round for ever, and the page that stops it says what was seen.
class LoginLoopTest {
  private static final String LOGIN = "/auth/login?return_to=%2F";
  private static final Pattern AGAIN = Pattern.compile("<a href=\"([^\"]*)\">Try again</a>");

  @RegisterExtension
  final World world =
      new World(
          config ->
              config
                  .trustedProxies("127.0.0.1")
                  .verify(VerifyTest.SECRET)
                  .route(new RouteDraft("/portal/**")));

  private <T> T behindAProxyThat(Loses loses, Supplier<T> story) {
    world.provider().asksForAClick(false);
    try (var proxy = LossyProxy.before(world, VerifyTest.SECRET, loses)) {
      world.exchanges().passThrough(proxy.port());
      return story.get();
    } finally {
      world.exchanges().passThrough(0);
    }
  }

  private List<String> reasons() {
    return world.events(Event.LoginRejected.class).stream()
        .map(Event.LoginRejected::reason)
        .toList();
  }

  private static long redirects(Answer page) {
    return page.hops().stream().filter(hop -> hop.status() == 302).count();
  }

  private static String again(Answer page) {
    var link = AGAIN.matcher(page.text());
    assertThat(link.find()).as(page.text()).isTrue();
    return link.group(1).replace("&amp;", "&");
  }

  /// As an app does it that finds nobody logged in.
  private static Answer appLogsIn(Browser browser) {
    return browser.tab().follows(LOGIN);
  }

  @Test
  @Case("T119")
  void aBrowserThatKeepsNoCookieIsTold() {
    var page =
        behindAProxyThat(Loses.ALL_COOKIES, () -> world.alice().navigates("/portal/x"))
            .shows(400, "login_state_mismatch");
    assertThat(page.text()).contains("Set-Cookie").contains("Secure").contains("host name");
    assertThat(redirects(page)).isLessThanOrEqualTo(4);
    assertThat(world.provider().count("token")).isZero();
  }

  @Test
  @Proves("AZ-11")
  @Case("T119")
  void aSessionCookieThatGetsLostEndsTheLoopAtItsSecondRound() {
    var page =
        behindAProxyThat(Loses.THE_SESSION_COOKIE, () -> world.alice().navigates("/portal/x"))
            .shows(400, "login_loop");
    assertThat(page.text()).contains("without its session cookie").contains("Set-Cookie");
    assertThat(redirects(page)).isLessThanOrEqualTo(4);
    assertThat(world.provider().count("authorize")).isEqualTo(1);
    assertThat(reasons()).containsExactly("LOOP_NO_COOKIE");
  }

  @Test
  @Proves("AZ-11")
  void anAppThatLogsInByItselfIsStoppedToo() {
    var alice = world.alice().logsIn();
    alice.jar().forget(World.SESSION_COOKIE);
    var page = appLogsIn(alice).shows(400, "login_loop");
    assertThat(page.text()).contains("without its session cookie");
    assertThat(alice.tab().asks("GET", LOGIN, "Accept", "*/*").status()).isEqualTo(302);
  }

  @Test
  @Proves("AZ-11")
  void aProxyThatAsksWithoutCookiesIsToldOfAfterThreeLogins() {
    var page =
        behindAProxyThat(Loses.COOKIES_OF_ITS_QUESTIONS, () -> world.alice().navigates("/portal/x"))
            .shows(400, "login_loop");
    assertThat(page.text()).contains("Your session is there").contains("forward-auth");
    assertThat(world.provider().count("authorize")).isEqualTo(3);
    assertThat(reasons()).containsExactly("LOOP_SESSION_LIVES");
  }

  /// As behind two gateways that do not share their sessions.
  @Test
  @Proves("AZ-11")
  void aSessionThatIsUnknownIsToldApart() {
    world.provider().asksForAClick(false);
    var alice = world.alice();
    alice.navigates(LOGIN).answers(200);
    for (int i = 0; i < 2; i++) {
      isAnothers(alice);
      appLogsIn(alice).answers(200);
    }
    isAnothers(alice);
    var page = appLogsIn(alice).shows(400, "login_loop");
    assertThat(page.text()).contains("was not found").contains("session.store");
    assertThat(reasons()).containsExactly("LOOP_SESSION_UNKNOWN");
  }

  private void isAnothers(Browser browser) {
    var unknown = SessionId.draw(FrontEnd.ONLY, new CountingEntropy());
    browser.jar().plant(URI.create(world.url()), World.SESSION_COOKIE, unknown.reveal());
  }

  @Test
  void aProxyThatLosesNothingIsNoLoop() {
    var page = behindAProxyThat(Loses.NOTHING, () -> world.alice().navigates("/portal/x"));
    assertThat(page.answers(200).text()).isEqualTo("portal");
    assertThat(reasons()).isEmpty();
  }

  // -- nobody is kept out

  @Test
  void theLinkOnThePageStartsOver() {
    var alice = world.alice().logsIn("/orders?x=1");
    alice.jar().forget(World.SESSION_COOKIE);
    var page = alice.tab().follows("/auth/login?return_to=%2Forders%3Fx%3D1&ui_locales=de");
    assertThat(alice.jar().all("localhost")).isEmpty();
    var asked = alice.tab().follows(again(page.shows(400, "login_loop")));
    var back = alice.finishesLogin(alice.tab(), asked).answers(200);
    assertThat(back.uri().toString()).endsWith("/orders?x=1");
    assertThat(world.provider().calls("authorize").getLast().parameters().get("ui_locales"))
        .isEqualTo("de");
    assertThat(alice.isLoggedIn()).isTrue();
  }

  @Test
  void whoHasLoggedOutLogsInAgainAtOnce() {
    var alice = world.alice().logsIn();
    alice.logsOut();
    alice.logsIn();
    assertThat(alice.isLoggedIn()).isTrue();
  }

  @Test
  void halfAMinuteLaterItIsALoginLikeAnyOther() {
    var alice = world.alice().logsIn();
    alice.jar().forget(World.SESSION_COOKIE);
    world.clock().advance(Rounds.LIFE);
    alice.logsIn();
  }

  /// To what another site begins, the cookie does not come.
  @Test
  void aLinkOfAnotherSiteIsNoRound() {
    var alice = world.alice().logsIn();
    var asked = alice.newTab().isSentFrom("http://evil.test", LOGIN).answers(200);
    assertThat(asked.text()).contains("<form");
    assertThat(reasons()).isEmpty();
  }

  @Test
  void theCookieOfALoopIsNobodyElsesBusiness() {
    var alice = world.alice().logsIn();
    var rounds = alice.jar().find("localhost", Rounds.COOKIE).orElseThrow();
    assertThat(rounds.sameSite()).isEqualTo("lax");
    assertThat(rounds.attributes().get("max-age")).isEqualTo("30");
    alice.fetches("/api/orders").answers(200);
    assertThat(world.upstream().last().headers().contains("Cookie")).isFalse();
    alice.jar().plant(URI.create(world.url()), Rounds.COOKIE, rounds.value() + "x");
    alice.jar().forget(World.SESSION_COOKIE);
    assertThat(appLogsIn(alice).answers(200).text()).contains("<form");
  }
}
