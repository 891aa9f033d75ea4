package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.login.app.AppRedirect;
import dev.cloakroom.login.app.NativeApp;
import dev.cloakroom.observe.Event;
import dev.cloakroom.world.Headers;
import dev.cloakroom.world.Phone;
import dev.cloakroom.world.ScriptedProvider;
import dev.cloakroom.world.Waiting;
import dev.cloakroom.world.World;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// An app on a phone logs its user in, calls, and logs out.
class NativeAppTest {
  static final NativeApp APP = app(Phone.APP, Phone.REDIRECT_URI);

  @RegisterExtension final World world = new World(config -> config.nativeApps(APP));

  static NativeApp app(String name, String... redirectUris) {
    var redirects = List.of(redirectUris).stream().map(NativeAppTest::redirect).toList();
    return new NativeApp(name, redirects, Set.of(), false);
  }

  private static AppRedirect redirect(String uri) {
    return ((AppRedirect.Reading.Fits) AppRedirect.read(uri)).redirect();
  }

  @Test
  @Proves("CK-11")
  void aLoginOfAnAppLeavesNothingInTheBrowser() {
    var phone = world.phone("alice");
    var address = phone.opensTheBrowser();
    assertThat(address.toString()).startsWith(Phone.REDIRECT_URI + "?code=");
    assertThat(Phone.parameters(address))
        .containsEntry("state", phone.start().get("state"))
        .containsEntry("iss", world.url())
        .containsOnlyKeys("code", "state", "iss");
    var browser = phone.browser();
    assertThat(browser.jar().all("localhost")).isEmpty();
    assertThat(browser.isLoggedIn()).isFalse();
    var begun = phone.redeems(phone.code(address)).answers(200);
    assertThat(begun.header("Cache-Control")).contains("no-store");
    assertThat(begun.setCookies()).isEmpty();
    var json = begun.json();
    assertThat(json.fieldNames()).containsExactly("session", "id", "provider", "expires_in");
    assertThat(json.getString("session")).hasSize(43);
    assertThat(json.getLong("expires_in")).isEqualTo(Duration.ofHours(8).toSeconds());
  }

  @Test
  void anAppCallsWithItsHandleAndTheUpstreamSeesTheTokenOnly() {
    var phone = world.phone("alice").logsIn();
    phone.fetches("/api/orders").answers(200);
    var call = world.upstream().last();
    assertThat(world.provider().userOf(call.bearer())).isEqualTo("alice");
    assertThat(call.headers().toString()).doesNotContain(phone.handle());
    phone.calls("POST", "/api/orders").answers(200);
    phone.fetches("/strict/orders").answers(200);
    phone.fetches("/maybe/orders").answers(200);
    assertThat(world.upstream().last().bearer()).isNotEmpty();
    phone.fetches("/public/orders").answers(200);
    assertThat(world.upstream().last().headers().contains("X-Cloakroom-Session")).isFalse();
  }

  /// No field but its own: what proves a browser's origin is not an app's to show.
  @ParameterizedTest
  @ValueSource(strings = {"DELETE", "PUT", "PATCH"})
  @Proves("CSRF-01")
  void anAppChangesThingsWithItsHandleAlone(String method) {
    var phone = world.phone("alice").logsIn();
    phone.calls(method, "/api/orders/7").answers(200);
    var call = world.upstream().last();
    assertThat(call.method()).isEqualTo(method);
    assertThat(call.target()).isEqualTo("/api/orders/7");
    assertThat(world.provider().userOf(call.bearer())).isEqualTo("alice");
    assertThat(call.headers().toString()).doesNotContain(phone.handle());
    phone
        .send(method, "/api/orders/7", Headers.of(), Optional.empty())
        .refuses(401, "login_required");
    assertThat(world.upstream().calls()).hasSize(1);
  }

  @Test
  @Proves("SES-08")
  void anAppEndsASessionOfItsUser() {
    var laptop = world.alice().logsIn();
    var phone = world.phone("alice").logsIn();
    var other = laptop.whoAmI().getJsonObject("session").getString("id");
    phone.calls("DELETE", "/auth/sessions/" + other).answers(204);
    laptop.fetches("/api/orders").refuses(401, "session_ended");
    var own = phone.whoAmI().getJsonObject("session").getString("id");
    phone.calls("DELETE", "/auth/sessions/" + own).answers(204);
    phone.fetches("/api/orders").refuses(401, "session_ended");
  }

  @Test
  void anAppAsksWhoIsLoggedIn() {
    var phone = world.phone("alice").logsIn();
    var known = phone.whoAmI();
    assertThat(known.getBoolean("authenticated")).isTrue();
    assertThat(known.getJsonObject("user").getString("preferred_username")).isEqualTo("alice");
    var life = known.getJsonObject("session");
    assertThat(life.getLong("expires_in")).isEqualTo(Duration.ofHours(8).toSeconds());
    assertThat(known.encode()).doesNotContain(phone.handle());
  }

  @Test
  void theTokensOfAnAppsSessionAreRenewed() {
    world.provider().givesAccessTokensFor(Duration.ofMinutes(2));
    var phone = world.phone("alice").logsIn();
    phone.fetches("/api/orders").answers(200);
    var first = world.upstream().last().bearer();
    world.clock().advance(Duration.ofMinutes(3));
    phone.fetches("/api/orders").answers(200);
    var second = world.upstream().last().bearer();
    assertThat(second).isNotEqualTo(first);
    world.clock().advance(Duration.ofSeconds(11));
    phone.calls("POST", "/auth/session/refresh").answers(200);
    phone.fetches("/api/orders").answers(200);
    assertThat(world.upstream().last().bearer()).isNotEqualTo(second);
  }

  @Test
  void anAppLogsOut() {
    var phone = world.phone("alice").logsIn();
    var answer = phone.calls("POST", "/auth/logout").answers(200);
    assertThat(answer.setCookies()).isEmpty();
    assertThat(answer.json().getBoolean("logged_out")).isTrue();
    assertThat(answer.json().getString("end_session_url"))
        .startsWith(world.url() + "/auth/logout/continue?ticket=");
    phone.fetches("/api/orders").refuses(401, "session_ended");
    assertThat(phone.whoAmI().getBoolean("authenticated")).isFalse();
    Waiting.until("a revocation", () -> world.provider().count("revoke") > 0);
    phone.calls("POST", "/auth/logout").answers(200);
  }

  /// As a browser does it: the ID token stands nowhere but in the redirect to the provider.
  @Test
  @Proves({"RPL-01", "RPL-02", "RPL-03"})
  void anAppLogsOutAtTheProviderToo() {
    var phone = world.phone("alice").logsIn();
    var address = phone.logsOut();
    assertThat(address.toString()).doesNotContain("id_token_hint", "eyJ");
    var page = phone.browser().navigates(address.toString());
    var asked = world.provider().calls("end_session").getFirst().parameters();
    assertThat(asked.get("id_token_hint")).startsWith("eyJ");
    assertThat(asked.get("client_id")).isEqualTo(ScriptedProvider.CLIENT_ID);
    assertThat(asked.get("post_logout_redirect_uri"))
        .isEqualTo(world.url() + "/auth/logout/callback");
    assertThat(page.uri().toString()).isEqualTo(world.url() + "/");
    assertThat(phone.browser().jar().all("localhost")).as("nothing of ours stays").isEmpty();
  }

  @Test
  @Proves("RPL-02")
  void whatAnAppWasGivenForTheProviderIsGoodForAMinute() {
    var phone = world.phone("alice").logsIn();
    var address = phone.logsOut().toString();
    var own = phone.browser().tab();
    for (var other :
        List.of(address + "A", address + "&ticket=x", address.replaceAll("=.*", "=x"))) {
      assertThat(own.navigatesWith(other).answers(302).header("Location")).isEqualTo("/");
    }
    assertThat(own.navigatesWith(address).answers(302).header("Location"))
        .startsWith(world.provider().issuer());
    world.clock().advance(Duration.ofSeconds(61));
    assertThat(own.navigatesWith(address).answers(302).header("Location")).isEqualTo("/");
  }

  @Test
  @Proves("RPL-02")
  void theCookieOfALogoutIsNoTicketOfAnApp() {
    var alice = world.alice().logsIn();
    alice.posts("/auth/logout").answers(200);
    var sealed = alice.jar().all("localhost").getFirst().value();
    var thief = world.browser("thief").tab();
    assertThat(thief.navigatesWith("/auth/logout/continue?ticket=" + sealed).header("Location"))
        .isEqualTo("/");
  }

  @Test
  void theBrowsersOwnSessionIsNoneOfTheAppsBusiness() {
    var browser = world.alice().logsIn();
    var phone = world.phone(browser, Phone.APP, Phone.REDIRECT_URI);
    var code = phone.code(phone.opensTheBrowser());
    browser.fetches("/api/orders").answers(200);
    var handle = phone.redeems(code).answers(200).json().getString("session");
    browser.fetches("/api/orders").answers(200);
    var own = Headers.of("X-Cloakroom-Session", handle);
    phone.send("GET", "/api/orders", own, Optional.empty()).answers(200);
    browser.logsOut();
    phone.send("GET", "/api/orders", own, Optional.empty()).answers(200);
  }

  /// Without a page in between, the browser's own session cookie comes with the callback.
  @Test
  void nothingHappensToTheBrowsersSessionWhereNobodyHasToClick() {
    world.provider().asksForAClick(false);
    var browser = world.alice().logsIn();
    var phone = world.phone(browser, Phone.APP, Phone.REDIRECT_URI);
    phone.redeems(phone.code(phone.opensTheBrowser())).answers(200);
    browser.fetches("/api/orders").answers(200);
  }

  @Test
  @Proves("SES-08")
  void aUserSeesAppsAmongHisSessionsAndEndsThem() {
    var phone = world.phone("alice").logsIn();
    var laptop = world.alice().logsIn();
    var all = laptop.fetches("/auth/sessions").answers(200).json().getJsonArray("sessions");
    assertThat(all).hasSize(2);
    assertThat(all.encode()).contains("\"device\":\"shop-app\"");
    assertThat(phone.fetches("/auth/sessions").answers(200).json().getJsonArray("sessions"))
        .hasSize(2);
    var id = phone.whoAmI().getJsonObject("session").getString("id");
    laptop.calls("DELETE", "/auth/sessions/" + id).answers(204);
    phone.fetches("/api/orders").refuses(401, "session_ended");
  }

  @Test
  @Proves("SES-01")
  void anAppIsIdleLikeAnybody() {
    var phone = world.phone("alice").logsIn();
    world.clock().advance(Duration.ofMinutes(20));
    phone.fetches("/api/orders").answers(200);
    world.clock().advance(Duration.ofMinutes(31));
    phone.fetches("/api/orders").refuses(401, "session_expired");
  }

  @Test
  @Proves("SES-10")
  void whatAnAppHoldsOpenEndsWithItsSession() {
    var phone = world.phone("alice").logsIn();
    var socket = phone.opensSocket("/api/socket").isOpen();
    var events = phone.listens("/auth/events").answers(200);
    phone.calls("POST", "/auth/logout").answers(200);
    socket.closes(4401);
    events.hears("event: session_ended").hears("logout").ends();
  }

  @Test
  void aRefusedAppIsSentToItsOwnLogin() {
    var phone = world.phone("alice").logsIn();
    phone.calls("POST", "/auth/logout").answers(200);
    var refused = phone.fetches("/api/orders").refuses(401, "session_ended");
    assertThat(refused.json().getString("login_url")).isEqualTo("/auth/native/login");
    assertThat(phone.whoAmI().getString("login_url")).isEqualTo("/auth/native/login");
    assertThat(world.alice().fetches("/api/orders").json().getString("login_url"))
        .isEqualTo("/auth/login");
  }

  @Test
  @Proves("BCL-01")
  void theProviderEndsAnAppsSession() {
    var phone = world.phone("alice").logsIn();
    var token = world.provider().logoutToken(draft -> draft.claim("sub", "sub-alice"));
    var headers = Headers.of("Content-Type", "application/x-www-form-urlencoded");
    phone
        .send("POST", "/auth/backchannel-logout", headers, Optional.of("logout_token=" + token))
        .answers(200);
    phone.fetches("/api/orders").refuses(401, "session_ended");
    assertThat(world.events(Event.SessionEnded.class))
        .extracting(Event.SessionEnded::cause)
        .containsExactly("REDEEMED", "BACK_CHANNEL");
  }
}
