package dev.cloakroom.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.RpCase;
import dev.cloakroom.world.Answer;
import dev.cloakroom.world.Browser;
import dev.cloakroom.world.Headers;
import dev.cloakroom.world.IdTokenDraft;
import dev.cloakroom.world.ProviderKeys.Signing;
import dev.cloakroom.world.Waiting;
import dev.cloakroom.world.World;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The plans "RP-Initiated RP", "Back-Channel RP" and "Front-Channel RP": each begins with a logout
/// that the user asks for, or that somebody asks for at the provider.
class LogoutRpTest {
  private static final String SID = "the-session";

  @RegisterExtension final World world = new World(config -> config.frontChannelLogout());

  private Browser alice() {
    world.provider().spoilsIdTokens(token -> token.claim("sid", SID));
    return world.alice().logsIn();
  }

  // -- RP-initiated

  @Test
  @RpCase("oidcc-client-test-rp-init-logout")
  void aLogoutGoesToTheProviderAndComesBack() {
    var alice = alice();
    var page = alice.logsOut().answers(200);
    var asked = world.provider().calls("end_session").getFirst().parameters();
    assertThat(asked.get("id_token_hint")).isNotBlank();
    assertThat(asked.get("post_logout_redirect_uri"))
        .isEqualTo(world.url() + "/auth/logout/callback");
    assertThat(page.uri().toString()).isEqualTo(world.url() + "/");
    assertThat(alice.isLoggedIn()).isFalse();
  }

  @Test
  @RpCase("oidcc-client-test-rp-init-logout-other-state")
  void aWayBackWithAnotherStateLeadsHome() {
    leadsHome("/auth/logout/callback?state=another");
  }

  @Test
  @RpCase("oidcc-client-test-rp-init-logout-no-state")
  void aWayBackWithoutStateLeadsHome() {
    leadsHome("/auth/logout/callback");
  }

  private void leadsHome(String wayBack) {
    var alice = alice();
    alice.posts("/auth/logout?return_to=/bye").answers(200);
    alice.tab().navigatesWith("/auth/logout/continue").answers(302);
    var page = alice.newTab().isSentFrom(world.provider().issuer(), wayBack).answers(200);
    assertThat(page.uri().toString()).isEqualTo(world.url() + "/");
    assertThat(alice.isLoggedIn()).isFalse();
  }

  // -- back-channel

  private Answer orders(UnaryOperator<IdTokenDraft> spoiler) {
    var token = world.provider().logoutToken(draft -> spoiler.apply(draft.claim("sid", SID)));
    var form = "logout_token=" + URLEncoder.encode(token, StandardCharsets.UTF_8);
    return Waiting.on(
        world
            .exchanges()
            .send(
                "POST",
                URI.create(world.url() + "/auth/backchannel-logout"),
                Headers.of("Content-Type", "application/x-www-form-urlencoded"),
                Optional.of(Buffer.buffer(form))));
  }

  private void isNoLogout(UnaryOperator<IdTokenDraft> spoiler) {
    var alice = alice();
    var answer = orders(spoiler).answers(400);
    assertThat(answer.header("Cache-Control")).contains("no-store");
    assertThat(alice.isLoggedIn()).isTrue();
  }

  @Test
  @RpCase("oidcc-client-test-rp-backchannel-rpinitlogout")
  void aLogoutTokenAfterTheLogoutIsFine() {
    var alice = alice();
    alice.posts("/auth/logout").answers(200);
    orders(token -> token).answers(200);
    assertThat(alice.isLoggedIn()).isFalse();
  }

  @Test
  @RpCase("oidcc-client-test-rp-backchannel-rpinitlogout-alg-none")
  void anUnsignedLogoutTokenIsRefused() {
    isNoLogout(token -> token.signed(Signing.NONE));
  }

  @Test
  @RpCase("oidcc-client-test-rp-backchannel-rpinitlogout-wrong-alg")
  void aLogoutTokenUnderTheSecretIsRefused() {
    isNoLogout(token -> token.signed(Signing.HS256_WITH_SECRET));
  }

  @Test
  @RpCase("oidcc-client-test-rp-backchannel-rpinitlogout-wrong-iss")
  void aLogoutTokenOfAnotherIssuerIsRefused() {
    isNoLogout(token -> token.claim("iss", "https://evil.test"));
  }

  @Test
  @RpCase("oidcc-client-test-rp-backchannel-rpinitlogout-wrong-aud")
  void aLogoutTokenForAnotherClientIsRefused() {
    isNoLogout(token -> token.claim("aud", "another"));
  }

  @Test
  @RpCase("oidcc-client-test-rp-backchannel-rpinitlogout-no-event")
  void aLogoutTokenWithoutEventsIsRefused() {
    isNoLogout(token -> token.without("events"));
  }

  @Test
  @RpCase("oidcc-client-test-rp-backchannel-rpinitlogout-wrong-event")
  void aLogoutTokenWithAnotherEventIsRefused() {
    var other = new JsonObject().put("http://schemas.openid.net/event/other", new JsonObject());
    isNoLogout(token -> token.claim("events", other));
  }

  @Test
  @RpCase("oidcc-client-test-rp-backchannel-rpinitlogout-with-nonce")
  void aLogoutTokenWithANonceIsRefused() {
    isNoLogout(token -> token.claim("nonce", "n"));
  }

  // -- front-channel

  private void loadsTheFrame() {
    var issuer = URLEncoder.encode(world.provider().issuer(), StandardCharsets.UTF_8);
    var answer =
        Waiting.on(
            world
                .exchanges()
                .send(
                    "GET",
                    URI.create(
                        world.url() + "/auth/frontchannel-logout?iss=" + issuer + "&sid=" + SID),
                    Headers.of("Sec-Fetch-Site", "cross-site", "Sec-Fetch-Dest", "iframe"),
                    Optional.empty()));
    assertThat(answer.answers(200).header("Content-Security-Policy"))
        .endsWith("frame-ancestors " + world.provider().issuer());
  }

  @Test
  @RpCase("oidcc-client-test-rp-frontchannel-rpinitlogout")
  void theFrameAfterALogoutHereIsFine() {
    var alice = alice();
    alice.posts("/auth/logout").answers(200);
    loadsTheFrame();
    assertThat(alice.isLoggedIn()).isFalse();
  }

  @Test
  @RpCase("oidcc-client-test-rp-frontchannel-opinitlogout")
  void theFrameOfALogoutThereEndsTheSession() {
    var alice = alice();
    loadsTheFrame();
    assertThat(alice.isLoggedIn()).isFalse();
  }
}
