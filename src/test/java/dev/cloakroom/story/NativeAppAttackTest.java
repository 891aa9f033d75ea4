package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.house.Proves;
import dev.cloakroom.login.app.AppRedirect;
import dev.cloakroom.login.app.NativeApp;
import dev.cloakroom.oidc.CodeVerifier;
import dev.cloakroom.world.Answer;
import dev.cloakroom.world.Headers;
import dev.cloakroom.world.Phone;
import dev.cloakroom.world.Waiting;
import dev.cloakroom.world.World;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What others try with the codes and the handles of an app: other apps on the same phone, pages,
/// and whoever reads along.
class NativeAppAttackTest {
  private static final String SCHEME = "com.example.shop:/callback";
  private static final String LOOPBACK = "http://[::1]/callback";
  private static final NativeApp PLAIN =
      new NativeApp(
          "plain-app",
          List.of(
              ((AppRedirect.Reading.Fits) AppRedirect.read("https://app.example/plain"))
                  .redirect()),
          Set.of(),
          true);

  @RegisterExtension
  final World world =
      new World(
          config ->
              config
                  .nativeApps(
                      NativeAppTest.app(Phone.APP, Phone.REDIRECT_URI),
                      NativeAppTest.app("scheme-app", SCHEME, LOOPBACK),
                      PLAIN)
                  .allowedOrigins("http://partner.localhost"));

  private static Map<String, String> changed(Map<String, String> form, String name, String value) {
    var other = new LinkedHashMap<>(form);
    other.put(name, value);
    return other;
  }

  private static void refused(Answer answer) {
    answer.refuses(400, "invalid_code");
    assertThat(answer.setCookies()).isEmpty();
  }

  // -- codes

  @Test
  void anotherAppWithTheSameSchemeCannotUseTheCode() {
    var phone = world.phone(world.alice(), "scheme-app", SCHEME);
    var code = phone.code(phone.opensTheBrowser());
    var form = phone.redemption(code);
    var other = Entropy.secure().token();
    refused(phone.redeems(changed(form, "code_verifier", other)));
    phone
        .redeems(changed(form, "code_verifier", phone.verifier().challenge()))
        .refuses(400, "invalid_code");
    phone.redeems(form).answers(200);
  }

  @Test
  void aCodeIsForOneAppAndOneAddress() {
    var phone = world.phone(world.alice(), "scheme-app", SCHEME);
    var form = phone.redemption(phone.code(phone.opensTheBrowser()));
    refused(phone.redeems(changed(form, "app", Phone.APP)));
    refused(phone.redeems(changed(form, "app", "no-such-app")));
    refused(phone.redeems(changed(form, "redirect_uri", LOOPBACK)));
    refused(phone.redeems(changed(form, "redirect_uri", SCHEME + "/")));
    phone.redeems(form).answers(200);
  }

  @Test
  void nothingOfACodeCanBeAltered() {
    var phone = world.phone("alice");
    var code = phone.code(phone.opensTheBrowser());
    var parts = code.split("\\.", -1);
    var later = Long.toString(Long.parseLong(parts[2]) + 1);
    refused(phone.redeems(parts[0] + "." + parts[1] + "." + later));
    refused(phone.redeems(parts[0] + "." + "A".repeat(22) + "." + parts[2]));
    refused(phone.redeems(Entropy.secure().token() + "." + parts[1] + "." + parts[2]));
    for (var garbage : List.of("x", parts[0], code + ".1", code + " ", "\u00e9".repeat(43))) {
      refused(phone.redeems(garbage));
    }
    phone.redeems(code).answers(200);
  }

  @Test
  void aCodeIsGoodForAMinute() {
    var phone = world.phone("alice");
    var code = phone.code(phone.opensTheBrowser());
    world.clock().advance(Duration.ofSeconds(61));
    refused(phone.redeems(code));
    var inTime = phone.code(phone.opensTheBrowser());
    world.clock().advance(Duration.ofSeconds(59));
    var begun = phone.redeems(inTime).answers(200);
    assertThat(begun.json().getLong("expires_in")).isEqualTo(Duration.ofHours(8).toSeconds() - 59);
  }

  @Test
  void aCodeThatComesAgainEndsTheSessionItBegan() {
    var phone = world.phone("alice");
    var form = phone.redemption(phone.code(phone.opensTheBrowser()));
    var handle = phone.redeems(form).answers(200).json().getString("session");
    var own = Headers.of("X-Cloakroom-Session", handle);
    refused(phone.redeems(changed(form, "code_verifier", Entropy.secure().token())));
    phone.send("GET", "/api/orders", own, Optional.empty()).answers(200);
    refused(phone.redeems(form));
    phone.send("GET", "/api/orders", own, Optional.empty()).refuses(401, "session_ended");
    Waiting.until("a revocation", () -> world.provider().count("revoke") > 0);
  }

  @Test
  void ofManyWhoRedeemACodeAtOnceOneWins() {
    var phone = world.phone("alice");
    var form = phone.redemption(phone.code(phone.opensTheBrowser()));
    var answers =
        IntStream.range(0, 8).mapToObj(_ -> phone.startsRedeeming(form)).toList().stream()
            .map(Waiting::on)
            .map(Answer::status)
            .toList();
    assertThat(answers.stream().filter(status -> status == 200)).hasSize(1);
    assertThat(answers).containsOnly(200, 400);
  }

  @Test
  void aCodeIsNoHandleAndNoCookie() {
    var phone = world.phone("alice");
    var code = phone.code(phone.opensTheBrowser());
    var value = code.substring(0, 43);
    for (var shown : List.of(code, value)) {
      var fields = Headers.of("X-Cloakroom-Session", shown);
      phone.send("GET", "/api/orders", fields, Optional.empty()).answers(401);
      phone
          .browser()
          .fetchesWithCookies("/api/orders", World.SESSION_COOKIE + "=" + shown)
          .answers(401);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"app", "redirect_uri", "code", "code_verifier"})
  void whatIsMissingOrSaidTwiceIsNotGuessed(String name) {
    var phone = world.phone("alice");
    var form = phone.redemption(phone.code(phone.opensTheBrowser()));
    var without = new LinkedHashMap<>(form);
    without.remove(name);
    phone.redeems(without).refuses(400, "invalid_parameter");
    phone.redeemsBody(Phone.encoded(form) + "&" + name + "=x").refuses(400, "invalid_parameter");
    phone.redeems(form).answers(200);
  }

  @Test
  void whatIsNoFormIsNotRead() {
    var phone = world.phone("alice");
    var json = Headers.of("Content-Type", "application/json");
    phone.send("POST", "/auth/native/session", json, Optional.of("{}")).answers(415);
    phone.redeemsBody("a=" + "b".repeat(5000)).refuses(413, "content_too_large");
    phone.redeemsBody("code=%zz").refuses(400, "bad_request");
    phone.redeemsBody("").refuses(400, "invalid_parameter");
    phone.send("GET", "/auth/native/session", Headers.of(), Optional.empty()).answers(405);
  }

  @ParameterizedTest
  @CsvSource({
    "Origin, http://localhost",
    "Origin, null",
    "Origin, http://partner.localhost",
    "Sec-Fetch-Site, same-origin",
    "Sec-Fetch-Site, none",
    "Sec-Fetch-Mode, cors"
  })
  @Proves("CSRF-01")
  void noPageRedeemsACode(String field, String value) {
    var phone = world.phone("alice");
    var form = phone.redemption(phone.code(phone.opensTheBrowser()));
    phone.redeems(form, field, value).refuses(403, "cross_site_request");
    phone.redeems(form).answers(200);
  }

  // -- handles

  @Test
  void aHandleIsNoCookieAndACookieIsNoHandle() {
    var phone = world.phone("alice").logsIn();
    var browser = world.alice().logsIn();
    browser
        .fetchesWithCookies("/api/orders", World.SESSION_COOKIE + "=" + phone.handle())
        .refuses(401, "session_expired");
    var fields = Headers.of("X-Cloakroom-Session", browser.sessionValue());
    phone.send("GET", "/api/orders", fields, Optional.empty()).refuses(401, "session_expired");
    browser.fetches("/api/orders").answers(200);
    phone.fetches("/api/orders").answers(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /api/orders",
        "GET /maybe/orders",
        "GET /auth/session",
        "POST /auth/session/refresh",
        "GET /auth/sessions",
        "POST /auth/logout",
        "GET /auth/events"
      })
  void whoeverShowsBothIsRefused(String request) {
    var phone = world.phone("alice").logsIn();
    var browser = world.alice().logsIn();
    var words = request.split(" ", -1);
    for (var cookie : List.of(browser.sessionValue(), "garbage")) {
      phone
          .calls(words[0], words[1], "Cookie", World.SESSION_COOKIE + "=" + cookie)
          .refuses(400, "bad_request");
    }
    phone.fetches("/api/orders").answers(200);
    browser.fetches("/api/orders").answers(200);
  }

  @ParameterizedTest
  @CsvSource({
    "Origin, http://localhost",
    "Origin, http://partner.localhost",
    "Sec-Fetch-Site, same-origin",
    "Sec-Fetch-Site, none",
    "Sec-Fetch-Mode, cors",
    "Sec-Fetch-Dest, empty"
  })
  @Proves("CSRF-01")
  void noPageUsesAHandle(String field, String value) {
    var phone = world.phone("alice").logsIn();
    var shown = field.equals("Origin") && value.equals("http://localhost") ? world.url() : value;
    for (var path :
        List.of(
            "/api/orders",
            "/maybe/orders",
            "/strict/orders",
            "/auth/session",
            "/auth/sessions",
            "/auth/events")) {
      phone.fetches(path, field, shown, "X-CSRF", "1").refuses(403, "cross_site_request");
    }
    phone.calls("POST", "/auth/logout", field, shown).refuses(403, "cross_site_request");
    phone.calls("POST", "/auth/session/refresh", field, shown).refuses(403, "cross_site_request");
    phone.fetches("/api/orders").answers(200);
  }

  @Test
  @Proves("CSRF-01")
  void noPreflightAllowsTheField() {
    var answer =
        world
            .alice()
            .rawly(
                "OPTIONS",
                "/api/orders",
                "Origin",
                "http://partner.localhost",
                "Access-Control-Request-Method",
                "GET",
                "Access-Control-Request-Headers",
                "x-cloakroom-session");
    assertThat(answer.header("Access-Control-Allow-Headers")).isNotEmpty();
    assertThat(answer.header("Access-Control-Allow-Headers").toLowerCase(Locale.ROOT))
        .doesNotContain("cloakroom");
  }

  @Test
  @Proves("CSRF-01")
  void aFieldThatNamesNoSessionOpensNoDoorForACookie() {
    var browser = world.alice().logsIn();
    browser.rawly("GET", "/api/orders", "X-Cloakroom-Session", "x").refuses(400, "bad_request");
    browser.rawly("GET", "/api/orders").refuses(403, "cross_site_request");
  }

  @Test
  void garbageInPlaceOfAHandleIsNobody() {
    var phone = world.phone("alice").logsIn();
    for (var garbage : List.of("", "x", phone.handle() + "x", phone.handle() + ", x")) {
      var fields = Headers.of("X-Cloakroom-Session", garbage);
      phone.send("GET", "/api/orders", fields, Optional.empty()).refuses(401, "login_required");
    }
    var twice = MultiMap.caseInsensitiveMultiMap();
    twice.add("X-Cloakroom-Session", phone.handle()).add("X-Cloakroom-Session", phone.handle());
    phone.send("GET", "/api/orders", twice, Optional.empty()).refuses(401, "login_required");
  }

  // -- starts

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example/callback",
        "https://app.example/callback/../evil",
        "https://app.example/callback?x=1",
        "https://app.example/Callback",
        "https://app.example:443/callback",
        "https://app.example/callback#x",
        "http://app.example/callback",
        "com.example.shop:/callback",
        "javascript:alert(1)",
        "//evil.example",
        ""
      })
  @Proves("AZ-06")
  void nobodyIsSentToAnUnknownAddress(String address) {
    var phone = world.phone("alice");
    var start = Phone.address(changed(phone.start(), "redirect_uri", address));
    var answer = phone.browser().navigates(start).shows(400, "invalid_parameter");
    assertThat(answer.hops()).hasSize(1);
    assertThat(answer.headers().contains("Location")).isFalse();
    assertThat(world.provider().count("authorize")).isZero();
  }

  @Test
  void aLoopbackAddressMayHaveAnyPortAndNothingElseOfItsOwn() {
    var browser = world.alice();
    var listening = world.phone(browser, "scheme-app", "http://[::1]:51004/callback");
    var address = listening.opensTheBrowser();
    assertThat(address.toString()).startsWith("http://[::1]:51004/callback?code=");
    listening.redeems(listening.code(address)).answers(200);
    for (var other :
        List.of(
            "http://[::1]:0/callback",
            "http://[::1]:70000/callback",
            "http://[::1]:51004/other",
            "http://127.0.0.1:51004/callback",
            "http://localhost:51004/callback",
            "http://[::1]:51004@evil.example/callback",
            "http://evil.example:51004/callback")) {
      var start = Phone.address(changed(listening.start(), "redirect_uri", other));
      browser.navigates(start).shows(400, "invalid_parameter");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "code_challenge, ''",
    "code_challenge, tooshort",
    "code_challenge_method, plain",
    "code_challenge_method, ''",
    "code_challenge_method, s256",
    "state, ''",
    "provider, nobody",
    "return_to, /",
    "scope, everything",
    "prompt, sometimes"
  })
  @Proves("AZ-04")
  void whatIsWrongWithAStartIsToldToTheApp(String name, String value) {
    var phone = world.phone("alice");
    var address =
        phone
            .browser()
            .navigates(Phone.address(changed(phone.start(), name, value)))
            .answers(302)
            .location();
    assertThat(address.toString()).startsWith(Phone.REDIRECT_URI + "?error=invalid_request");
    assertThat(Phone.parameters(address)).containsEntry("iss", world.url());
    assertThat(world.provider().count("authorize")).isZero();
    assertThat(phone.browser().jar().all("localhost")).isEmpty();
  }

  @Test
  void aRefusedLoginIsToldToTheApp() {
    var phone = world.phone("alice");
    world
        .provider()
        .spoilsResponses(
            all ->
                new LinkedHashMap<>(
                    Map.of(
                        "error",
                        "access_denied",
                        "state",
                        all.get("state"),
                        "iss",
                        world.provider().issuer())));
    var address = phone.opensTheBrowser();
    assertThat(Phone.parameters(address))
        .containsEntry("error", "access_denied")
        .containsEntry("state", phone.start().get("state"))
        .containsEntry("iss", world.url())
        .doesNotContainKey("code");
    assertThat(phone.browser().jar().all("localhost")).isEmpty();
  }

  @Test
  @Proves({"CSRF-08", "STATE-01"})
  void aLoginThatBeganInAnotherBrowserLeadsNowhere() {
    var phone = world.phone("alice");
    var mallory = world.browser("mallory");
    var provider = phone.browser().tab().navigates(Phone.address(phone.start()));
    var hops = phone.browser().finishesLogin(phone.browser().tab(), provider).hops();
    var callback = hops.get(hops.size() - 1).uri().toString();
    assertThat(callback).contains("/auth/callback?");
    mallory.navigates(callback).shows(400, "login_state_mismatch");
    phone.browser().navigates(callback).shows(400, "login_state_mismatch");
  }

  @Test
  void anAppThatMayShowsItsVerifierInstead() {
    var phone = world.phone(world.alice(), "plain-app", "https://app.example/plain");
    var start = changed(phone.start(), "code_challenge", phone.verifier().value());
    var code = phone.code(phone.opensTheBrowser(changed(start, "code_challenge_method", "plain")));
    refused(
        phone.redeems(
            changed(
                phone.redemption(code),
                "code_verifier",
                new CodeVerifier(phone.verifier().value()).challenge())));
    phone.redeems(code).answers(200);
  }

  @Test
  void aScriptDoesNotBeginALogin() {
    var phone = world.phone("alice");
    phone.browser().fetches(Phone.address(phone.start())).refuses(400, "navigation_required");
  }

  // -- apps that may be others

  /// The provider remembers the user, so that nothing else would stop the login.
  @ParameterizedTest
  @ValueSource(strings = {SCHEME, "http://[::1]:51004/callback"})
  void whoMayBeAnotherAppIsNotLoggedInUnseen(String address) {
    world.provider().asksForAClick(false);
    var browser = world.alice().logsIn();
    long before = world.provider().count("authorize");
    var phone = world.phone(browser, "scheme-app", address);
    for (var provider : List.of("", "main")) {
      var start = new LinkedHashMap<>(phone.start());
      if (!provider.isEmpty()) {
        start.put("provider", provider);
      }
      var page = browser.navigates(Phone.address(start)).answers(200);
      assertThat(page.hops()).hasSize(1);
      assertThat(page.text()).contains("The app scheme-app asks to sign you in");
      assertThat(page.header("Content-Security-Policy")).contains("frame-ancestors 'none'");
      browser.tab().isSentFrom("http://evil.example", Phone.address(start)).answers(200);
      browser.tab().isSentFrom("http://evil.example", Phone.way(page)).answers(200);
      browser.navigates(Phone.way(page)).answers(200);
    }
    assertThat(world.provider().count("authorize")).isEqualTo(before);
    phone.redeems(phone.code(phone.opensTheBrowser())).answers(200);
  }

  @Test
  void whoMayBeAnotherAppCannotHaveItSilent() {
    var phone = world.phone(world.alice(), "scheme-app", SCHEME);
    var start = changed(phone.start(), "prompt", "none");
    var address = phone.browser().navigates(Phone.address(start)).answers(302).location();
    assertThat(address.toString()).startsWith(SCHEME + "?error=interaction_required&state=");
    assertThat(world.provider().count("authorize")).isZero();
  }

  @Test
  void anAppThatIsAloneAtItsAddressIsNotInTheWay() {
    world.provider().asksForAClick(false);
    var phone = world.phone("alice");
    phone.browser().tab().navigatesWith(Phone.address(phone.start())).answers(302);
  }

  /// A browser that does not say where a request comes from could never say that a link was
  /// followed.
  @Test
  void aBrowserOfOldIsNotAskedForever() {
    var phone = world.phone(world.alice(), "scheme-app", SCHEME);
    phone.send("GET", Phone.address(phone.start()), Headers.of(), Optional.empty()).answers(302);
  }
}
