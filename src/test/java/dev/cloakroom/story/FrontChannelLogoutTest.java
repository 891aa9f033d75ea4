package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import dev.cloakroom.world.Answer;
import dev.cloakroom.world.Browser;
import dev.cloakroom.world.Headers;
import dev.cloakroom.world.Waiting;
import dev.cloakroom.world.World;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The provider ends a session through a frame, from another site: without any cookie.
class FrontChannelLogoutTest {
  private static final int RATE = 20;

  @RegisterExtension
  final World world = new World(config -> config.frontChannelLogout().rates(RATE, 600, 600));

  private Answer frames(String query) {
    var fields = Headers.of("Sec-Fetch-Site", "cross-site", "Sec-Fetch-Dest", "iframe");
    return Waiting.on(
        world
            .exchanges()
            .send(
                "GET",
                URI.create(world.url() + "/auth/frontchannel-logout" + query),
                fields,
                Optional.empty()));
  }

  private static String pair(String issuer, String sid) {
    return "?iss=" + URLEncoder.encode(issuer, StandardCharsets.UTF_8) + "&sid=" + sid;
  }

  private Browser logsInAs(String sid) {
    world.provider().spoilsIdTokens(draft -> draft.claim("sid", sid));
    return world.alice().logsIn();
  }

  @Test
  @Proves({"FCL-01", "FCL-02", "FCL-04", "SES-10"})
  @Case("T55")
  void theSessionOfThatNameEndsAndNoOtherAndNoTokenIsRevoked() {
    var laptop = logsInAs("first");
    var phone = logsInAs("second");
    var stream = laptop.listens("/auth/events");
    var answer = frames(pair(world.provider().issuer(), "first")).answers(200);
    assertThat(answer.text()).isEmpty();
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    assertThat(answer.setCookies()).isEmpty();
    stream.ends();
    laptop.fetches("/api/orders").refuses(401, "session_ended");
    phone.fetches("/api/orders").answers(200);
    assertThat(world.events(Event.SessionEnded.class))
        .extracting(Event.SessionEnded::cause)
        .containsExactly("FRONT_CHANNEL");
    phone.logsOut(); // revokes its own: what came before would have come
    Waiting.until("a revocation", () -> !world.events(Event.TokensRevoked.class).isEmpty());
    assertThat(world.events(Event.TokensRevoked.class)).hasSize(1);
  }

  @Test
  @Proves("FCL-03")
  void onlyThisPathMayBeFramedAndOnlyByTheIssuer() {
    var issuer = world.provider().issuer();
    var answer = frames(pair(issuer, "nobody")).answers(200);
    assertThat(answer.header("Content-Security-Policy")).endsWith("frame-ancestors " + issuer);
    assertThat(answer.headers().contains("X-Frame-Options")).isFalse();
    var alice = world.alice();
    for (var path : List.of("/", "/auth/session", "/auth/frontchannel-logout")) {
      var other = alice.fetches(path);
      assertThat(other.header("Content-Security-Policy")).contains("frame-ancestors 'none'");
      assertThat(other.header("X-Frame-Options")).isEqualTo("DENY");
    }
  }

  @Test
  @Proves({"FCL-01", "FCL-05"})
  void withoutTheWholePairNothingHappens() {
    var alice = logsInAs("first");
    var issuer = URLEncoder.encode(world.provider().issuer(), StandardCharsets.UTF_8);
    for (var query :
        List.of(
            "",
            "?iss=" + issuer,
            "?sid=first",
            "?iss=&sid=first",
            "?iss=" + issuer + "&sid=",
            "?iss=" + issuer + "&sid=first&sid=second",
            "?iss=" + issuer + "&iss=" + issuer + "&sid=first")) {
      frames(query).answers(400);
    }
    assertThat(alice.isLoggedIn()).isTrue();
  }

  @Test
  @Proves({"FCL-01", "FCL-05"})
  void aPairThatFitsNobodyLooksTheSameAndLeavesNothing() {
    var issuer = world.provider().issuer();
    var alice = logsInAs("first");
    var unknown = frames(pair(issuer, "second")).answers(200);
    var known = frames(pair(issuer, "first")).answers(200);
    assertThat(unknown.headers().toString()).isEqualTo(known.headers().toString());
    assertThat(unknown.body()).isEqualTo(known.body());
    assertThat(alice.isLoggedIn()).isFalse();
    var later = logsInAs("second"); // the stranger's word barred nothing
    var foreign = frames(pair("https://other.test", "second")).answers(200);
    assertThat(foreign.header("Content-Security-Policy")).endsWith("frame-ancestors 'none'");
    assertThat(later.isLoggedIn()).isTrue();
  }

  @Test
  @Proves("BFF-14")
  void whoeverTriesManyHasToWait() {
    var alice = logsInAs("first");
    for (int i = 0; i < RATE; i++) {
      frames(pair(world.provider().issuer(), "guess-" + i)).answers(200);
    }
    frames(pair(world.provider().issuer(), "first")).answers(429);
    assertThat(alice.isLoggedIn()).isTrue();
  }
}
