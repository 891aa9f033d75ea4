package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import dev.cloakroom.world.Answer;
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
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The provider ends sessions, server to server.
class BackChannelLogoutTest {
  @RegisterExtension final World world = new World();

  private Answer posts(String form) {
    var fields = Headers.of("Content-Type", "application/x-www-form-urlencoded");
    return Waiting.on(
        world
            .exchanges()
            .send(
                "POST",
                URI.create(world.url() + "/auth/backchannel-logout"),
                fields,
                Optional.of(Buffer.buffer(form))));
  }

  private Answer sends(String token) {
    return posts("ignored=1&logout_token=" + URLEncoder.encode(token, StandardCharsets.UTF_8));
  }

  private Answer orders(UnaryOperator<IdTokenDraft> draft) {
    return sends(world.provider().logoutToken(draft));
  }

  @Test
  @Proves({"BCL-01", "BCL-09", "BCL-10", "BCL-11", "BCL-12", "BCL-13", "BCL-14"})
  @Case("T53")
  void aSubjectIsLoggedOutEverywhere() {
    var laptop = world.alice().logsIn();
    var phone = world.alice().logsIn();
    var bob = world.browser("bob").logsIn();
    var answer = orders(draft -> draft.claim("sub", "sub-alice").claim("unheard_of", 1));
    assertThat(answer.answers(200).header("Cache-Control")).contains("no-store");
    laptop.fetches("/api/orders").refuses(401, "session_ended");
    phone.fetches("/api/orders").refuses(401, "session_ended");
    bob.fetches("/api/orders").answers(200);
    assertThat(world.events(Event.SessionEnded.class))
        .extracting(Event.SessionEnded::cause)
        .containsExactly("BACK_CHANNEL", "BACK_CHANNEL");
    Waiting.until("a revocation for each", () -> world.provider().count("revoke") > 1);
    orders(draft -> draft.claim("sub", "sub-alice")).answers(200);
  }

  @Test
  @Proves("BCL-10")
  void aTokenThatNamesBothMeansTheSession() {
    world.provider().spoilsIdTokens(draft -> draft.claim("sid", "first"));
    var laptop = world.alice().logsIn();
    world.provider().spoilsIdTokens(draft -> draft.claim("sid", "second"));
    var phone = world.alice().logsIn();
    orders(draft -> draft.claim("sub", "sub-alice").claim("sid", "first")).answers(200);
    laptop.fetches("/api/orders").refuses(401, "session_ended");
    phone.fetches("/api/orders").answers(200);
  }

  @Test
  @Proves("BCL-07")
  void aTokenThatComesAgainSparesTheNextLogin() {
    world.alice().logsIn();
    var token = world.provider().logoutToken(draft -> draft.claim("sub", "sub-alice"));
    sends(token).answers(200);
    var again = world.alice().logsIn();
    sends(token).answers(200);
    again.fetches("/api/orders").answers(200);
  }

  @Test
  @Proves({"BCL-02", "BCL-03", "BCL-04", "BCL-05", "BCL-06", "BCL-08", "BCL-13"})
  @Case("T54")
  void whatIsNotAGenuineLogoutTokenEndsNothing() {
    var alice = world.alice().logsIn();
    long now = world.clock().instant().getEpochSecond();
    var event = "http://schemas.openid.net/event/backchannel-logout";
    List<UnaryOperator<IdTokenDraft>> spoilers =
        List.of(
            draft -> draft.signed(Signing.NONE),
            draft -> draft.signed(Signing.HS256_WITH_SECRET),
            draft -> draft.signed(Signing.HS256_WITH_PUBLIC_KEY),
            draft -> draft.signed(Signing.BROKEN),
            draft -> draft.signed(Signing.FOREIGN_KEY),
            draft -> draft.typ("at+jwt"),
            draft -> draft.claim("iss", "https://evil.test"),
            draft -> draft.claim("aud", "another"),
            draft -> draft.without("exp"),
            draft -> draft.claim("exp", now - 3600),
            draft -> draft.without("iat"),
            draft -> draft.claim("iat", now - 3600),
            draft -> draft.claim("iat", now + 3600),
            draft -> draft.without("jti"),
            draft -> draft.without("sub"),
            draft -> draft.claim("sid", 1),
            draft -> draft.without("events"),
            draft -> draft.claim("events", event),
            draft -> draft.claim("events", new JsonObject().put("http://other", new JsonObject())),
            draft -> draft.claim("events", new JsonObject().put(event, true)),
            draft -> draft.claim("nonce", "n"));
    for (var spoiler : spoilers) {
      orders(draft -> spoiler.apply(draft.claim("sub", "sub-alice"))).refuses(400, "bad_request");
    }
    assertThat(alice.isLoggedIn()).isTrue();
    orders(draft -> draft.claim("sub", "sub-alice")).answers(200); // the unspoiled one does it
    assertThat(alice.isLoggedIn()).isFalse();
  }

  @Test
  @Proves("BCL-08")
  void theTypeMayBeTheGeneralOne() {
    var alice = world.alice().logsIn();
    orders(draft -> draft.typ("JWT").claim("sub", "sub-alice")).answers(200);
    assertThat(alice.isLoggedIn()).isFalse();
  }

  @Test
  @Proves({"BCL-01", "BCL-13"})
  @Case("T54")
  void theFormIsSmallAndHoldsOneToken() {
    posts("").refuses(400, "bad_request");
    posts("logout_token=a&logout_token=b").refuses(400, "bad_request");
    sends("garbage").refuses(400, "bad_request");
    posts("logout_token=" + "a".repeat(17 * 1024)).refuses(413, "content_too_large");
  }

  @Test
  @Proves({"BCL-17", "SES-10"})
  @Case("T53")
  void whatIsOpenEndsWithTheSession() {
    world.provider().spoilsIdTokens(draft -> draft.claim("sid", "first"));
    var laptop = world.alice().logsIn();
    var stream = laptop.listens("/auth/events");
    var socket = laptop.opensSocket("/api/socket").isOpen();
    world.provider().spoilsIdTokens(draft -> draft.claim("sid", "second"));
    var phone = world.alice().logsIn();
    var other = phone.opensSocket("/api/socket").isOpen();
    orders(draft -> draft.claim("sid", "first")).answers(200);
    stream.hears("session_ended").ends();
    socket.closes(4401);
    other.says("still here").hears("echo still here");
  }

  @Test
  @Proves("BCL-12")
  void tokensForOfflineUseAreTheUsersToKeep() {
    world.provider().spoilsTokenAnswers(answer -> answer.put("scope", "openid offline_access"));
    var offline = world.alice().logsIn();
    world.provider().spoilsTokenAnswers(answer -> answer.put("scope", "openid"));
    var online = world.browser("bob").logsIn();
    orders(draft -> draft.claim("sub", "sub-alice")).answers(200);
    orders(draft -> draft.claim("sub", "sub-bob")).answers(200);
    Waiting.until("bob's", () -> !world.events(Event.TokensRevoked.class).isEmpty());
    offline.fetches("/api/orders").refuses(401, "session_ended");
    online.fetches("/api/orders").refuses(401, "session_ended");
    assertThat(world.events(Event.TokensRevoked.class)).hasSize(1);
  }
}
