package dev.cloakroom.story;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.WaitUntilState;
import dev.cloakroom.house.Proves;
import dev.cloakroom.proxy.Route.Csrf;
import dev.cloakroom.world.Chromium;
import dev.cloakroom.world.Fault;
import dev.cloakroom.world.NodeServers;
import dev.cloakroom.world.Ports;
import dev.cloakroom.world.RouteDraft;
import dev.cloakroom.world.Upstream;
import dev.cloakroom.world.World;
import dev.cloakroom.world.WorldConfig.RealProvider;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The React demo in a real Chromium, through the gateway on `localhost`, with a provider on
/// `127.0.0.1`, which is another site, and whose page needs a click.
class BrowserIT {
  private static final int PORT = Ports.free();
  private static final String SECRET = "cloakroom-secret";
  private static final Page.NavigateOptions UNTIL_IT_ANSWERS =
      new Page.NavigateOptions().setWaitUntil(WaitUntilState.COMMIT);
  private static final NodeServers.Started PROVIDER =
      NodeServers.start(
          "provider.mjs",
          Map.of(
              "PORT", "0", "GATEWAY_ORIGIN", "http://localhost:" + PORT, "CLIENT_SECRET", SECRET));
  private static final NodeServers.Started API =
      NodeServers.start("api.mjs", Map.of("PORT", "0", "ISSUER", PROVIDER.origin()));
  private static final Playwright PLAYWRIGHT =
      Playwright.create(
          new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
  private static final Browser CHROMIUM =
      PLAYWRIGHT
          .chromium()
          .launch(
              new BrowserType.LaunchOptions()
                  .setExecutablePath(Chromium.find())
                  .setArgs(Chromium.FLAGS));

  @RegisterExtension
  final World world =
      new World(
          config ->
              config
                  .realProvider(new RealProvider(PROVIDER.origin(), "cloakroom", SECRET, PORT))
                  .frontEnd(NodeServers.demoApp())
                  .verify(VerifyTest.SECRET)
                  .routes(
                      new RouteDraft("/api/**").upstream(URI.create(API.origin())),
                      new RouteDraft("/foreign/**"),
                      new RouteDraft("/unguarded/**").csrf(Csrf.INSECURE_OFF)));

  private final BrowserContext alice = CHROMIUM.newContext();
  private final Page page = alice.newPage();
  private final List<Request> requests = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void buildTheApp() {
    assertThat(NodeServers.demoApp()).isDirectory();
  }

  @AfterAll
  static void stop() {
    CHROMIUM.close();
    PLAYWRIGHT.close();
    API.close();
    PROVIDER.close();
  }

  @BeforeEach
  void logIn() {
    alice.onRequest(requests::add);
    logIn(page);
  }

  private void logIn(Page page) {
    page.navigate(world.url() + "/");
    page.getByTestId("login").click();
    enter(page);
    assertThat(page.getByTestId("session-status")).hasText("authenticated");
  }

  private static void enter(Page page) {
    page.locator("#username").fill("alice");
    page.locator("#password").fill("wonderland");
    page.getByTestId("login-submit").click();
  }

  @AfterEach
  void leave() {
    alice.close();
  }

  @Test
  @Proves({"CK-07", "CK-20", "CSRF-05", "CSRF-11", "BFF-03"})
  void aLoginThroughAPageOfAnotherSiteWorks() {
    var callback =
        requests.stream()
            .filter(request -> request.url().contains("/auth/callback"))
            .findFirst()
            .orElseThrow();
    assertThat(callback.allHeaders())
        .containsEntry("sec-fetch-site", "cross-site")
        .containsEntry("sec-fetch-mode", "navigate");
    assertThat(callback.allHeaders().get("cookie"))
        .contains("__Host-Http-login-")
        .doesNotContain(World.SESSION_COOKIE);
    assertThat(page.url()).isEqualTo(world.url() + "/");
    assertThat(page.getByTestId("claims")).containsText("alice");
  }

  @Test
  @Proves({"CK-07", "BFF-07"})
  void aLoginEndsAtAPageThatIsLoadedWithTheSession() {
    try (var elsewhere = CHROMIUM.newContext()) {
      var page = elsewhere.newPage();
      page.navigate(world.url() + "/auth/login?return_to=/foreign/x?y");
      enter(page);
      page.waitForURL(world.url() + "/foreign/x?y");
      assertThat(world.upstream().last().headers().contains("Authorization")).isTrue();
      assertThat(world.upstream().last().headers().get("Referer")).isNull();
      assertThat(world.upstream().calls()).hasSize(1);
    }
  }

  @Test
  @Proves({"CK-02", "CK-06", "BFF-03"})
  void noScriptSeesOrPlantsTheCookie() {
    assertThat(page.evaluate("document.cookie")).isEqualTo("");
    var before = sessionCookie();
    page.evaluate("document.cookie = '__Host-Http-session=planted; Secure; Path=/'");
    page.evaluate("document.cookie = '__Host-Http-other=planted; Secure; Path=/'");
    assertThat(sessionCookie()).isEqualTo(before);
    assertThat(alice.cookies(world.url())).noneMatch(cookie -> cookie.value.equals("planted"));
    assertThat((String) page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})"))
        .doesNotContain("eyJ");
    assertThat(page.content()).doesNotContain("eyJ");
  }

  /// The service behind does not see who is signed in and sends Alice to sign in, and the provider
  /// remembers her.
  @Test
  @Proves("AZ-11")
  void aLoginThatGoesRoundInCirclesStopsAtAPageWithAWayOut() {
    var login = Map.of("Location", "/auth/login?return_to=/foreign/x");
    var sent = new Fault.Answer(302, login, "");
    world.upstream().nextAnswers(sent, sent, sent, sent);
    var stopped =
        page.waitForResponse(
            answer -> answer.status() == 400,
            () -> page.navigate(world.url() + "/foreign/x", UNTIL_IT_ANSWERS));
    assertThat(stopped.url()).startsWith(world.url() + "/auth/login");
    assertThat(page.getByRole(AriaRole.HEADING)).hasText("Sign-in goes round in circles");
    assertThat(page.getByText("login_loop")).isVisible();
    assertThat(page.getByText("forward-auth")).isVisible();
    assertThat(page.locator("main"))
        .hasCSS("border-radius", "12px"); // its policy lets it be styled
    assertThat(link("Go to the app")).hasAttribute("href", "/");
    link("Try again").click();
    assertThat(page).hasURL(world.url() + "/foreign/x");
    assertThat(world.upstream().last().headers().contains("Authorization")).isTrue();
  }

  private Locator link(String name) {
    return page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(name));
  }

  private String sessionCookie() {
    return alice.cookies(world.url()).stream()
        .filter(cookie -> cookie.name.equals(World.SESSION_COOKIE))
        .findFirst()
        .orElseThrow()
        .value;
  }

  @Test
  @Proves("BFF-04")
  void theApiSeesATokenAndNoCookie() {
    page.getByTestId("call-me").click();
    assertThat(page.getByTestId("api-status")).containsText("200");
    assertThat(page.getByTestId("saw-cookie")).hasText("No cookie reached the API");
    assertThat(page.getByTestId("saw-bearer")).hasText("An access token did");
  }

  @Test
  void theApisOwnErrorsReachThePage() {
    for (var status : List.of("401", "403", "500")) {
      page.getByTestId("status-" + status).click();
      assertThat(page.getByTestId("status-result")).containsText(status);
      assertThat(page.getByTestId("session-status")).hasText("authenticated");
    }
  }

  @Test
  @Proves({"SSE-02", "CSRF-06", "WS-01", "WS-07"})
  void streamsAndSocketsWork() {
    page.getByTestId("stream-start").click();
    assertThat(page.getByTestId("stream")).containsText("#2");
    page.getByTestId("socket-open").click();
    assertThat(page.getByTestId("socket-log")).containsText("\"cookie\":\"none\"");
    page.getByTestId("socket-send").click();
    assertThat(page.getByTestId("socket-log")).containsText("echo");
  }

  @Test
  @Proves({"CK-14", "BFF-08", "RPL-01", "SES-10"})
  void aLogoutIsSeenInEveryTab() {
    var other = alice.newPage();
    other.navigate(world.url() + "/");
    assertThat(other.getByTestId("session-status")).hasText("authenticated");
    other.getByTestId("socket-open").click();
    assertThat(other.getByTestId("socket-log")).containsText("hello");
    page.getByTestId("logout").click();
    page.getByTestId("logout-yes").click();
    assertThat(page.getByTestId("session-status")).hasText("anonymous");
    assertThat(page).hasURL(world.url() + "/");
    assertThat(other.getByTestId("session-status")).hasText("anonymous");
    assertThat(alice.cookies(world.url())).isEmpty();
  }

  @Test
  @Proves({"SES-08", "BFF-08"})
  void aUserEndsTheSessionOfAnotherBrowser() {
    try (var elsewhere = CHROMIUM.newContext()) {
      var other = elsewhere.newPage();
      logIn(other);
      page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("My sessions")).click();
      assertThat(page).hasURL(world.url() + "/sessions");
      assertThat(page.getByTestId("session-here")).containsText("Chrome");
      assertThat(page.getByTestId("session-here")).containsText("this browser");
      assertThat(page.getByTestId("session-elsewhere")).hasCount(1);
      page.getByTestId("session-end").click();
      assertThat(page.getByTestId("sessions-said")).containsText("logged out");
      assertThat(page.getByTestId("session-elsewhere")).hasCount(0);
      assertThat(other.getByTestId("session-ended")).isVisible(); // without a reload
      assertThat(other.getByTestId("session-status")).hasText("anonymous");
      assertThat(page.getByTestId("session-status")).hasText("authenticated");
    }
  }

  @Test
  void thePageOfSessionsNeedsALoginAndComesBackAfterIt() {
    try (var elsewhere = CHROMIUM.newContext()) {
      var other = elsewhere.newPage();
      other.navigate(world.url() + "/sessions");
      enter(other);
      assertThat(other).hasURL(world.url() + "/sessions");
      assertThat(other.getByTestId("session-here")).isVisible();
      assertThat(other.getByTestId("session-elsewhere")).isVisible();
    }
  }

  /// The gateway's refusals are played here: its own tests prove when it refuses.
  @ParameterizedTest
  @CsvSource({
    "401, step_up_required, fresh login",
    "403, cross_site_request, refused",
    "503, session_store_unavailable, does not answer"
  })
  void thePageOfSessionsSaysWhatAnEndLacks(int status, String code, String said) {
    try (var elsewhere = CHROMIUM.newContext()) {
      logIn(elsewhere.newPage());
      page.navigate(world.url() + "/sessions");
      page.route(
          "**/auth/sessions/*",
          route ->
              route.fulfill(
                  new Route.FulfillOptions()
                      .setStatus(status)
                      .setContentType("application/problem+json")
                      .setBody(
                          """
                          {"type":"urn:cloakroom:problem:%s","title":"x","status":%d,"code":"%s",
                           "login_url":"/auth/login?max_age=900"}"""
                              .formatted(code, status, code))));
      page.getByTestId("session-end").click();
      assertThat(page.getByTestId("sessions-trouble")).containsText(said);
      assertThat(page.getByTestId("session-elsewhere")).hasCount(1);
      assertThat(page.getByTestId("session-status")).hasText("authenticated");
      assertThat(page.getByTestId("sessions-login")).hasCount(status == 401 ? 1 : 0);
    }
  }

  /// Another port of `localhost` is another origin of the same site: the Strict cookie does come
  /// from there, and only the proof of origin is missing.
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "localhost"})
  @Proves({"CSRF-01", "CSRF-07", "WS-01"})
  void aPageOfAnotherOriginGetsNothing(String host) {
    var evil = alice.newPage();
    evil.navigate("http://" + host + ":" + world.upstream().url().getPort() + "/page");
    for (var path : List.of("/foreign/x", "/auth/session")) {
      assertThat(
              evil.evaluate(
                  "url => fetch(url, {credentials: 'include'}).then(_ => 'read', _ => 'refused')",
                  world.url() + path))
          .isEqualTo("refused");
    }
    for (var path : List.of("/foreign/x", "/auth/logout")) {
      evil.evaluate(
          "url => fetch(url, {credentials: 'include', mode: 'no-cors', method: 'POST', body: 'x'})"
              + ".catch(_ => 'refused')",
          world.url() + path);
    }
    assertThat(
            evil.evaluate(
                "url => new Promise(done => { const ws = new WebSocket(url);"
                    + " ws.onopen = () => done('open'); ws.onerror = () => done('refused'); })",
                world.url().replace("http", "ws") + "/foreign/socket"))
        .isEqualTo("refused");
    assertThat(callsTo("/foreign/")).isEmpty();
    // Without the guard, the same request uses the session, if the cookie comes at all.
    evil.evaluate(
        "url => fetch(url, {credentials: 'include', mode: 'no-cors'}).catch(_ => 'unreadable')",
        world.url() + "/unguarded/x");
    assertThat(callsTo("/unguarded/")).hasSize(host.equals("localhost") ? 1 : 0);
    page.reload();
    assertThat(page.getByTestId("session-status")).hasText("authenticated");
  }

  private List<String> callsTo(String path) {
    return world.upstream().calls().stream()
        .map(Upstream.Call::target)
        .filter(target -> target.startsWith(path))
        .toList();
  }

  @Test
  @Proves("BFF-03")
  void nothingTheBrowserReceivesHoldsAToken() {
    page.reload();
    assertThat(page.getByTestId("session-status")).hasText("authenticated");
    var received =
        (String)
            page.evaluate(
                """
                async () => {
                  let all = '';
                  for (const path of ['/api/me', '/auth/session']) {
                    const answer = await fetch(path);
                    all += answer.status + JSON.stringify([...answer.headers]) + (await answer.text());
                  }
                  return all;
                }""");
    assertThat(received).contains("200", "alice").doesNotContain("eyJ");
  }
}
