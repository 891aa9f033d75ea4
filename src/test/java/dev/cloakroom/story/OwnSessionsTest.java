package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import dev.cloakroom.world.Browser;
import dev.cloakroom.world.Waiting;
import dev.cloakroom.world.World;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Where else am I logged in, and ending that.
class OwnSessionsTest {
  @RegisterExtension final World world = new World();

  private static List<JsonObject> sessions(Browser browser) {
    var answer = browser.fetches("/auth/sessions").answers(200);
    assertThat(answer.header("Cache-Control")).contains("no-store");
    assertThat(answer.setCookies()).isEmpty();
    return answer.json().getJsonArray("sessions").stream().map(JsonObject.class::cast).toList();
  }

  private static String handle(Browser browser) {
    return browser.whoAmI().getJsonObject("session").getString("id");
  }

  private static String path(Browser browser) {
    return "/auth/sessions/" + handle(browser);
  }

  @Test
  @Proves("SES-08")
  void aUserSeesHisOwnSessionsAndNobodyElses() {
    var laptop = world.alice().logsIn();
    world.clock().advance(Duration.ofSeconds(60));
    var phone = world.alice().logsIn();
    world.browser("bob").logsIn();
    world.clock().advance(Duration.ofSeconds(30));
    var listed = sessions(laptop);
    assertThat(listed)
        .containsExactly(
            new JsonObject()
                .put("id", handle(phone))
                .put("current", false)
                .put("device", "Unknown browser")
                .put("started_ago", 30)
                .put("last_seen_ago", 30),
            new JsonObject()
                .put("id", handle(laptop))
                .put("current", true)
                .put("device", "Unknown browser")
                .put("started_ago", 90)
                .put("last_seen_ago", 90));
    assertThat(listed.toString()).doesNotContain(laptop.sessionValue(), phone.sessionValue());
  }

  @Test
  @Proves({"SES-08", "REV-01"})
  void aUserEndsHisSessionInAnotherBrowser() {
    var laptop = world.alice().logsIn();
    var phone = world.alice().logsIn();
    var answer = laptop.calls("DELETE", path(phone)).answers(204);
    assertThat(answer.setCookies()).isEmpty();
    phone.fetches("/api/orders").refuses(401, "session_ended");
    laptop.fetches("/api/orders").answers(200);
    assertThat(sessions(laptop)).hasSize(1);
    assertThat(world.events(Event.SessionEnded.class))
        .extracting(Event.SessionEnded::cause)
        .containsExactly("ENDED_BY_USER");
    Waiting.until("a revocation", () -> world.provider().count("revoke") > 0);
  }

  @Test
  @Proves("SES-08")
  void nobodyEndsTheSessionOfAnotherUser() {
    var alice = world.alice().logsIn();
    var bob = world.browser("bob").logsIn();
    bob.calls("DELETE", path(alice)).refuses(404, "no_such_route");
    bob.calls("DELETE", "/auth/sessions/unheard-of").refuses(404, "no_such_route");
    alice.fetches("/api/orders").answers(200);
  }

  @Test
  @Proves("SES-08")
  void endingOneNeedsAFreshLogin() {
    var laptop = world.alice().logsIn();
    world.clock().advance(Duration.ofMinutes(15).plusSeconds(1));
    var phone = world.alice().logsIn();
    var refused = laptop.calls("DELETE", path(phone)).refuses(401, "step_up_required");
    assertThat(refused.json().getString("login_url"))
        .isEqualTo("/auth/login?max_age=900&provider=main");
    phone.fetches("/api/orders").answers(200);
    phone.calls("DELETE", path(laptop)).answers(204);
    laptop.fetches("/api/orders").refuses(401, "session_ended");
  }

  @Test
  @Proves({"SES-08", "CSRF-01"})
  void anotherSiteNeitherSeesNorEndsSessions() {
    var alice = world.alice().logsIn();
    for (var site : List.of("same-site", "cross-site", "none")) {
      alice
          .rawly("GET", "/auth/sessions", "Sec-Fetch-Site", site)
          .refuses(403, "cross_site_request");
      alice.rawly("DELETE", path(alice), "Sec-Fetch-Site", site).refuses(403, "cross_site_request");
    }
    assertThat(alice.isLoggedIn()).isTrue();
  }

  @Test
  @Proves("SES-08")
  void aStrangerHasNoSessions() {
    var stranger = world.alice();
    stranger.fetches("/auth/sessions").refuses(401, "login_required");
    stranger.calls("DELETE", "/auth/sessions/abc").refuses(401, "login_required");
  }

  @Test
  @Proves({"SES-02", "SES-08"})
  void lookingAtTheListDoesNotExtendTheSession() {
    var alice = world.alice().logsIn();
    for (int i = 0; i < 3; i++) {
      world.clock().advance(Duration.ofMinutes(9));
      assertThat(sessions(alice)).hasSize(1);
    }
    world.clock().advance(Duration.ofMinutes(4));
    alice.fetches("/auth/sessions").answers(401);
  }
}
