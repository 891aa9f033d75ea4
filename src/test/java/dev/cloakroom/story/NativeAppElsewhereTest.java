package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.session.FrontEnd;
import dev.cloakroom.world.Headers;
import dev.cloakroom.world.Phone;
import dev.cloakroom.world.Waiting;
import dev.cloakroom.world.World;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Apps beside several front ends, floods, several providers, and a proxy that asks.
class NativeAppElsewhereTest {
  @RegisterExtension
  final World ends =
      new World(
          config ->
              config
                  .frontEnd("shop", shop -> shop.nativeApps(NativeAppTest.APP))
                  .frontEnd("outlet", outlet -> outlet.nativeApps(NativeAppTest.APP))
                  .frontEnd("office", office -> office));

  @RegisterExtension
  final World narrow =
      new World(
          config ->
              config
                  .nativeApps(NativeAppTest.APP)
                  .rates(3, 600, 600)
                  .trustedProxies("127.0.0.1")
                  .verify(VerifyTest.SECRET));

  @RegisterExtension
  final World choosy =
      new World(config -> config.nativeApps(NativeAppTest.APP).partners("partner"));

  private Phone phone(String frontEnd) {
    var browser = ends.browser("alice").at(new FrontEnd(frontEnd));
    return ends.phone(browser, Phone.APP, Phone.REDIRECT_URI);
  }

  @Test
  void aCodeAndAHandleAreOfOneFrontEnd() {
    var shop = phone("shop");
    var address = shop.opensTheBrowser();
    assertThat(Phone.parameters(address)).containsEntry("iss", ends.url("shop"));
    var form = shop.redemption(shop.code(address));
    phone("outlet").redeems(form).refuses(400, "invalid_code");
    phone("office").redeems(form).refuses(404, "no_such_route");
    var handle = shop.redeems(form).answers(200).json().getString("session");
    var own = Headers.of("X-Cloakroom-Session", handle);
    shop.send("GET", "/api/orders", own, Optional.empty()).answers(200);
    phone("outlet")
        .send("GET", "/api/orders", own, Optional.empty())
        .refuses(401, "session_expired");
    phone("office")
        .send("GET", "/api/orders", own, Optional.empty())
        .refuses(401, "login_required");
  }

  @Test
  @Proves("BFF-14")
  void aFloodOfStartsOrCodesWaits() {
    var phone = narrow.phone("alice");
    for (int i = 0; i < 3; i++) {
      phone.browser().tab().navigatesWith(Phone.address(phone.start())).answers(302);
      phone.redeems("x").refuses(400, "invalid_code");
    }
    var start = phone.browser().tab().navigatesWith(Phone.address(phone.start())).answers(429);
    assertThat(start.header("Retry-After")).isNotEmpty();
    phone.redeems("x").refuses(429, "rate_limited");
  }

  @Test
  void aProxyThatAsksIsToldNothingForAHandle() {
    var phone = narrow.phone("alice").logsIn();
    var fields =
        Headers.of(
            "X-Cloakroom-Verify",
            VerifyTest.SECRET,
            "X-Forwarded-Method",
            "GET",
            "X-Forwarded-Uri",
            "/api/orders",
            "X-Cloakroom-Session",
            phone.handle());
    var at = URI.create(narrow.url() + "/auth/verify");
    var answer = Waiting.on(narrow.behindBrowsers().send("GET", at, fields, Optional.empty()));
    answer.refuses(403, "forbidden");
    assertThat(answer.headers().contains("Authorization")).isFalse();
  }

  @Test
  void ofSeveralProvidersTheUserOfAnAppChooses() {
    var phone = choosy.phone("alice");
    var page = phone.browser().navigates(Phone.address(phone.start())).answers(200).text();
    assertThat(page).contains("/auth/native/login?provider=partner&amp;app=shop-app");
    var named = phone.opensTheBrowser(with(phone.start(), "provider", "partner"));
    phone.redeems(phone.code(named)).answers(200);
  }

  private static Map<String, String> with(Map<String, String> start, String name, String value) {
    var more = new LinkedHashMap<>(start);
    more.put(name, value);
    return more;
  }
}
