package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.crypto.EncryptionKey;
import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import dev.cloakroom.proxy.Route;
import dev.cloakroom.session.FrontEnd;
import dev.cloakroom.world.Answer;
import dev.cloakroom.world.Browser;
import dev.cloakroom.world.Headers;
import dev.cloakroom.world.RouteDraft;
import dev.cloakroom.world.Waiting;
import dev.cloakroom.world.World;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Three front ends in one gateway: a shop, an outlet at the same provider, and an office at
/// another one of the same name. Whatever one of them handed out is nothing to the others.
class FrontEndsTest {
  private static final FrontEnd SHOP = new FrontEnd("shop");
  private static final FrontEnd OUTLET = new FrontEnd("outlet");
  private static final FrontEnd OFFICE = new FrontEnd("office");
  private static final String TOKEN = "a-management-token";

  @RegisterExtension
  final World world =
      new World(
          config ->
              config
                  .managementToken(TOKEN)
                  .maxPerUser(1)
                  .frontEnd(
                      "shop",
                      shop ->
                          shop.frontEnd(directory("The shop"))
                              .frontChannelLogout()
                              .trustedProxies("127.0.0.1")
                              .verify(VerifyTest.SECRET)
                              .allowedOrigins("http://partner.localhost")
                              .route(new RouteDraft("/shop/**")))
                  .frontEnd(
                      "outlet",
                      outlet ->
                          outlet
                              .frontEnd(directory("The outlet"))
                              .trustedProxies("127.0.0.1")
                              .verify(VerifyTest.SECRET)
                              .rates(2, 600, 600))
                  .frontEnd(
                      "office",
                      office ->
                          office
                              .frontEnd(directory("The office"))
                              .atThePartner()
                              .routes(
                                  new RouteDraft("/api/**").methods(Set.of("GET")),
                                  new RouteDraft("/ledger/**").access(Route.Access.OPTIONAL))));

  private static Path directory(String title) {
    try {
      var directory = Files.createTempDirectory("front-end");
      Files.writeString(directory.resolve("index.html"), "<title>" + title + "</title>");
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String handle(Browser browser) {
    return browser.whoAmI().getJsonObject("session").getString("id");
  }

  private static List<String> listed(Browser browser) {
    return browser.fetches("/auth/sessions").answers(200).json().getJsonArray("sessions").stream()
        .map(entry -> ((JsonObject) entry).getString("id"))
        .toList();
  }

  @Test
  void eachHasItsOwnProviderFilesAndRoutes() {
    var shop = world.alice().at(SHOP).logsIn("/here");
    assertThat(shop.tab().page().text()).isEqualTo("<title>The shop</title>");
    assertThat(world.provider().count("authorize")).isEqualTo(1);
    var office = world.alice().at(OFFICE).logsIn("/here");
    assertThat(office.tab().page().text()).isEqualTo("<title>The office</title>");
    assertThat(world.partner().count("authorize")).isEqualTo(1);
    assertThat(world.partner().calls("authorize").getFirst().parameters().get("redirect_uri"))
        .isEqualTo(office.origin() + "/auth/callback");
    assertThat(office.whoAmI().getString("provider")).isEqualTo("main");

    shop.fetches("/shop/1").answers(200);
    office.navigates("/shop/1").answers(200);
    assertThat(office.tab().page().text()).isEqualTo("<title>The office</title>");
    shop.calls("POST", "/api/orders").answers(200);
    office.calls("POST", "/api/orders").refuses(405, "method_not_allowed");
    office.fetches("/ledger/1").answers(200);
    assertThat(world.upstream().last().headers().get("X-Forwarded-Host"))
        .isEqualTo(URI.create(office.origin()).getAuthority());
  }

  @Test
  void aSessionCookieIsNothingAtAnother() {
    var alice = world.alice();
    var shop = alice.at(SHOP).logsIn();
    var value = shop.sessionValue();
    for (var other : List.of(OUTLET, OFFICE)) {
      var thief = alice.at(other);
      thief.jar().plant(URI.create(thief.origin()), World.SESSION_COOKIE, value);
      thief.fetches("/api/orders").refuses(401, "session_expired");
      assertThat(thief.isLoggedIn()).isFalse();
      thief.posts("/auth/session/refresh").refuses(401, "session_expired");
      thief.fetches("/auth/sessions").refuses(401, "session_expired");
      thief.fetches("/auth/events").answers(204);
      thief.posts("/auth/logout").answers(200);
    }
    assertThat(world.upstream().calls()).isEmpty();
    shop.fetches("/api/orders").answers(200);
  }

  @Test
  void aLoginUnderWayIsNothingAtAnother() {
    for (var other : List.of(OUTLET, OFFICE)) {
      var alice = world.alice();
      var shop = alice.at(SHOP);
      shop.startsLogin(shop.tab(), "/").answers(200);
      world.provider().isVisitedBy("alice");
      var callback = shop.tab().clicksWithoutFollowing().location().toString();
      var thief = alice.at(other);
      shop.attempts()
          .forEach(
              attempt ->
                  alice.jar().plant(URI.create(thief.origin()), attempt.name(), attempt.value()));
      thief
          .navigates(callback.replace(shop.origin(), thief.origin()))
          .shows(400, "login_state_mismatch");
      assertThat(thief.session()).isEmpty();
      shop.navigates(callback).answers(200);
      assertThat(shop.isLoggedIn()).isTrue();
    }
    assertThat(world.provider().count("token", "authorization_code")).isEqualTo(2);
    assertThat(world.partner().calls("token")).isEmpty();
  }

  @Test
  void aLogoutUnderWayIsNothingAtAnother() {
    var alice = world.alice();
    var shop = alice.at(SHOP).logsIn();
    shop.posts("/auth/logout?return_to=/bye").answers(200);
    var ticket = alice.jar().find("shop.localhost", "__Host-Http-logout").orElseThrow();
    for (var other : List.of(OUTLET, OFFICE)) {
      var thief = alice.at(other);
      alice.jar().plant(URI.create(thief.origin()), ticket.name(), ticket.value());
      assertThat(thief.navigates("/auth/logout/continue").uri().getPath()).isEqualTo("/");
    }
    assertThat(world.provider().calls("end_session")).isEmpty();
    assertThat(world.partner().calls("end_session")).isEmpty();
    assertThat(shop.navigates("/auth/logout/continue").uri().getPath()).isEqualTo("/bye");
    assertThat(world.provider().calls("end_session").getFirst().parameters())
        .anySatisfy(
            parameter ->
                assertThat(parameter.getValue())
                    .isEqualTo(shop.origin() + "/auth/logout/callback"));
  }

  @Test
  void oneLoginLeavesTheOthersAsTheyAre() {
    var alice = world.alice();
    var shop = alice.at(SHOP).logsIn();
    var outlet = alice.at(OUTLET).logsIn(); // the same user, and one session a user
    assertThat(shop.isLoggedIn()).isTrue();
    assertThat(outlet.isLoggedIn()).isTrue();
    var again = world.alice().at(OUTLET).logsIn();
    assertThat(outlet.isLoggedIn()).isFalse();
    assertThat(again.isLoggedIn()).isTrue();
    assertThat(shop.isLoggedIn()).isTrue();
  }

  @Test
  void aUserSeesAndEndsWhatIsHereOnly() {
    var alice = world.alice();
    var shop = alice.at(SHOP).logsIn();
    var outlet = alice.at(OUTLET).logsIn();
    assertThat(listed(shop)).containsExactly(handle(shop));
    assertThat(listed(outlet)).containsExactly(handle(outlet));
    shop.calls("DELETE", "/auth/sessions/" + handle(outlet)).refuses(404, "no_such_route");
    shop.posts("/auth/logout?scope=all").answers(200);
    assertThat(shop.isLoggedIn()).isFalse();
    assertThat(outlet.isLoggedIn()).isTrue();
  }

  private Answer orders(FrontEnd at, String token) {
    return Waiting.on(
        world
            .exchanges()
            .send(
                "POST",
                URI.create(world.url(at.name()) + "/auth/backchannel-logout"),
                Headers.of("Content-Type", "application/x-www-form-urlencoded"),
                Optional.of(
                    Buffer.buffer(
                        "logout_token=" + URLEncoder.encode(token, StandardCharsets.UTF_8)))));
  }

  @Test
  @Proves("BCL-09")
  void theProvidersOrderReachesAllOfItsClientAndNobodyElse() {
    var alice = world.alice();
    var shop = alice.at(SHOP).logsIn();
    var outlet = alice.at(OUTLET).logsIn();
    var office = alice.at(OFFICE).logsIn();
    var foreign = world.partner().logoutToken(draft -> draft.claim("sub", "sub-alice"));
    orders(SHOP, foreign).answers(400);
    assertThat(shop.isLoggedIn()).isTrue();
    assertThat(office.isLoggedIn()).isTrue();
    orders(OUTLET, world.provider().logoutToken(draft -> draft.claim("sub", "sub-alice")))
        .answers(200);
    shop.fetches("/api/orders").refuses(401, "session_ended");
    outlet.fetches("/api/orders").refuses(401, "session_ended");
    office.fetches("/api/orders").answers(200);
    Waiting.until("a revocation for each", () -> world.provider().count("revoke") > 1);
    assertThat(world.partner().calls("revoke")).isEmpty();
  }

  @Test
  void aFrameOfTheProviderEndsWhereItIsLetTo() {
    world.provider().spoilsIdTokens(draft -> draft.claim("sid", "s-1"));
    world.partner().spoilsIdTokens(draft -> draft.claim("sid", "s-1"));
    var alice = world.alice();
    var shop = alice.at(SHOP).logsIn();
    var office = alice.at(OFFICE).logsIn();
    var frame =
        "/auth/frontchannel-logout?sid=s-1&iss="
            + URLEncoder.encode(world.provider().issuer(), StandardCharsets.UTF_8);
    alice.at(OFFICE).navigates(frame).shows(404, "no_such_route");
    assertThat(shop.isLoggedIn()).isTrue();
    shop.navigates(frame).answers(200);
    assertThat(shop.isLoggedIn()).isFalse();
    assertThat(office.isLoggedIn()).isTrue();
  }

  @Test
  void onesPagesAreStrangersToAnother() {
    var alice = world.alice();
    var shop = alice.at(SHOP).logsIn();
    var outlet = alice.at(OUTLET).logsIn();
    outlet
        .fetches("/api/orders", "Sec-Fetch-Site", "same-site", "Origin", shop.origin())
        .refuses(403, "cross_site_request");
    outlet.rawly("GET", "/api/orders", "Origin", shop.origin()).refuses(403, "cross_site_request");
    outlet.opensSocketAs(shop.origin(), "/api/socket").isRefused(403, "origin_not_allowed");
    var allowed = List.of("Sec-Fetch-Site", "cross-site", "Origin", "http://partner.localhost");
    var fields = allowed.toArray(String[]::new);
    var answer = shop.fetches("/api/orders", fields).answers(200);
    assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("http://partner.localhost");
    answer = outlet.fetches("/api/orders", fields).refuses(403, "cross_site_request");
    assertThat(answer.header("Access-Control-Allow-Origin")).isEmpty();
  }

  @Test
  void limitsOfOneAreNotSpentByAnother() {
    var alice = world.alice();
    for (int i = 0; i < 2; i++) {
      alice.at(OUTLET).navigates("/auth/login").answers(200);
    }
    alice.at(OUTLET).navigates("/auth/login").shows(429, "rate_limited");
    alice.at(SHOP).navigates("/auth/login").answers(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:{port}",
        "shop.localhost",
        "shop.localhost:1",
        "shop.localhost.:{port}",
        "nobody.localhost:{port}",
        "shop.localhost.evil.test:{port}",
        "evil.test"
      })
  @Proves("PX-09")
  void aHostOfNobodysIsRefused(String host) {
    var named = host.replace("{port}", "" + world.gateway().port());
    world
        .alice()
        .rawly(
            "GET",
            "/",
            "Host",
            named,
            "X-Forwarded-Host",
            URI.create(world.url("shop")).getAuthority())
        .refuses(421, "misdirected_request");
  }

  @ParameterizedTest
  @CsvSource({"SHOP.localhost,The shop", "Office.LocalHost,The office"})
  void aHostIsKnownHoweverItIsWritten(String host, String title) {
    var answer = world.alice().rawly("GET", "/", "Host", host + ":" + world.gateway().port());
    assertThat(answer.answers(200).text()).contains(title);
  }

  @Test
  void theTargetNamesTheSameFrontEndAsTheHost() {
    var port = world.gateway().port();
    var office = "http://office.localhost:" + port + "/";
    var alice = world.alice();
    assertThat(alice.rawTarget(office)).startsWith("HTTP/1.1 421");
    assertThat(alice.rawHost("shop.localhost:" + port, office)).startsWith("HTTP/1.1 400");
    assertThat(alice.rawHost("office.localhost:" + port, office)).contains("The office");
    var both = "shop.localhost:" + port + "\r\nHost: office.localhost:" + port;
    assertThat(alice.rawHost(both, "/")).startsWith("HTTP/1.1 400");
  }

  /// The fields for a proxy hold an access token, which nobody's browser may see.
  private Answer asks(FrontEnd at, FrontEnd about, Browser who) {
    var uri = URI.create(world.url(at.name()) + "/auth/verify");
    var fields =
        Headers.of(
            "X-Cloakroom-Verify",
            VerifyTest.SECRET,
            "X-Forwarded-Method",
            "GET",
            "X-Forwarded-Uri",
            "/api/orders",
            "X-Forwarded-Host",
            URI.create(world.url(about.name())).getAuthority(),
            "Sec-Fetch-Site",
            "same-origin");
    fields.add("Cookie", World.SESSION_COOKIE + "=" + who.sessionValue());
    return Waiting.on(world.behindBrowsers().send("GET", uri, fields, Optional.empty()));
  }

  @Test
  void aProxyAsksEachAboutItselfOnly() {
    var shop = world.alice().at(SHOP).logsIn();
    assertThat(asks(SHOP, SHOP, shop).answers(204).header("Authorization")).startsWith("Bearer ");
    asks(SHOP, OUTLET, shop).refuses(403, "forbidden");
    asks(OUTLET, SHOP, shop).refuses(403, "forbidden");
    asks(OUTLET, OUTLET, shop).refuses(401, "session_expired");
    asks(OFFICE, SHOP, shop).refuses(404, "no_such_route");
  }

  @Test
  void theManagementPortKnowsAllOfThem() {
    var alice = world.alice();
    alice.at(SHOP).logsIn();
    alice.at(OUTLET).logsIn();
    alice.at(OFFICE).logsIn();
    var whose =
        "issuer="
            + URLEncoder.encode(world.provider().issuer(), StandardCharsets.UTF_8)
            + "&subject=sub-alice";
    assertThat(manages("GET", whose).json().getJsonArray("sessions"))
        .extracting(entry -> ((JsonObject) entry).getString("front_end"))
        .containsExactlyInAnyOrder("shop", "outlet");
    assertThat(manages("DELETE", whose).json().getInteger("ended")).isEqualTo(2);
    assertThat(alice.at(SHOP).isLoggedIn()).isFalse();
    assertThat(alice.at(OUTLET).isLoggedIn()).isFalse();
    assertThat(alice.at(OFFICE).isLoggedIn()).isTrue();
  }

  private Answer manages(String method, String query) {
    var uri = "http://127.0.0.1:" + world.gateway().managementPort() + "/sessions?" + query;
    var fields = Headers.of("Authorization", "Bearer " + TOKEN);
    return Waiting.on(world.exchanges().send(method, URI.create(uri), fields, Optional.empty()))
        .answers(200);
  }

  @Test
  void eventsSayWhichItWas() {
    var shop = world.alice().at(SHOP).logsIn();
    shop.fetches("/api/orders").answers(200);
    assertThat(world.events(Event.LoginSucceeded.class))
        .extracting(Event.LoginSucceeded::provider)
        .containsExactly("shop/main");
    assertThat(world.events(Event.SessionStarted.class))
        .extracting(Event.SessionStarted::provider)
        .containsExactly("shop/main");
    assertThat(world.events(Event.ProviderDiscovered.class))
        .extracting(Event.ProviderDiscovered::provider)
        .containsExactlyInAnyOrder("shop/main", "outlet/main", "office/main");
    Waiting.until( // told once the answer is out
        "the requests' events",
        () ->
            world.events(Event.RequestServed.class).stream()
                .map(Event.RequestServed::route)
                .toList()
                .containsAll(List.of("shop:/auth/login", "shop:/api/**", "shop:app")));
    assertThat(world.events(Event.GatewayReady.class).getFirst().publicUrls())
        .extracting(URI::toString)
        .containsExactly(world.url("shop"), world.url("outlet"), world.url("office"));
  }

  @Test
  void sessionsSurviveARestartWhereTheyWere() throws IOException {
    var file = Files.createTempDirectory("sessions").resolve("sessions");
    var key = EncryptionKey.draw(Entropy.secure()).encoded();
    world.restartsInPlace(config -> config.persists(file, key));
    var alice = world.alice();
    var shop = alice.at(SHOP).logsIn();
    world.restartsInPlace(config -> config.persists(file, key));
    shop.fetches("/api/orders").answers(200);
    var thief = alice.at(OUTLET);
    thief.jar().plant(URI.create(thief.origin()), World.SESSION_COOKIE, shop.sessionValue());
    thief.fetches("/api/orders").refuses(401, "session_expired");
    assertThat(listed(shop)).containsExactly(handle(shop));
  }
}
