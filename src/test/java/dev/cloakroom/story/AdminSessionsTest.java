package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import dev.cloakroom.world.Answer;
import dev.cloakroom.world.Browser;
import dev.cloakroom.world.Headers;
import dev.cloakroom.world.Waiting;
import dev.cloakroom.world.World;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// An administrator sees and ends sessions at the management port.
class AdminSessionsTest {
  private static final String TOKEN = "a-management-token";

  @RegisterExtension final World world = new World(config -> config.managementToken(TOKEN));

  private Answer asks(String method, String query, String... headers) {
    var uri = "http://127.0.0.1:" + world.gateway().managementPort() + "/sessions?" + query;
    return Waiting.on(
        world.exchanges().send(method, URI.create(uri), Headers.of(headers), Optional.empty()));
  }

  private Answer admin(String method, String query) {
    return asks(method, query, "Authorization", "Bearer " + TOKEN);
  }

  private String subject(String name) {
    return "issuer=" + encoded(world.provider().issuer()) + "&subject=sub-" + name;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String handle(Browser browser) {
    return browser.whoAmI().getJsonObject("session").getString("id");
  }

  private static List<JsonObject> sessions(Answer answer) {
    return answer.answers(200).json().getJsonArray("sessions").stream()
        .map(JsonObject.class::cast)
        .toList();
  }

  @Test
  @Proves("SES-08")
  void theSessionsOfAUserAreListedAndTellNoSecret() {
    world.provider().spoilsIdTokens(draft -> draft.claim("sid", "s-1"));
    var alice = world.alice().logsIn();
    world.browser("bob").logsIn();
    var began = world.clock().instant();
    world.clock().advance(Duration.ofSeconds(60));
    alice.fetches("/api/orders").answers(200);
    var answer = admin("GET", subject("alice"));
    assertThat(sessions(answer))
        .containsExactly(
            new JsonObject()
                .put("handle", handle(alice))
                .put("provider", "main")
                .put("issuer", world.provider().issuer())
                .put("subject", "sub-alice")
                .put("sid", "s-1")
                .put("device", "Unknown browser")
                .put("started_at", began.toString())
                .put("last_seen_at", began.plusSeconds(60).toString())
                .put("expires_at", began.plus(Duration.ofHours(8)).toString()));
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    assertThat(answer.text()).doesNotContain(alice.sessionValue());
    world.provider().secrets().forEach(secret -> assertThat(answer.text()).doesNotContain(secret));
  }

  @Test
  @Proves({"SES-08", "SES-10", "REV-01"})
  void endingAUserEndsHisSessionsAndTheirStreamsAndTokens() {
    var laptop = world.alice().logsIn();
    var phone = world.alice().logsIn();
    var bob = world.browser("bob").logsIn();
    var stream = laptop.listens("/auth/events");
    assertThat(admin("DELETE", subject("alice")).answers(200).json())
        .isEqualTo(new JsonObject().put("ended", 2));
    stream.ends();
    laptop.fetches("/api/orders").refuses(401, "session_ended");
    phone.fetches("/api/orders").refuses(401, "session_ended");
    bob.fetches("/api/orders").answers(200);
    assertThat(world.events(Event.SessionEnded.class))
        .extracting(Event.SessionEnded::cause)
        .containsExactly("ADMIN", "ADMIN");
    Waiting.until("a revocation for each", () -> world.provider().count("revoke") > 1);
    assertThat(world.logged()).anyMatch(line -> line.contains("ADMIN"));
    assertThat(admin("DELETE", subject("alice")).answers(200).json().getInteger("ended")).isZero();
  }

  @Test
  @Proves("SES-08")
  void oneSessionIsEndedByItsHandleOrByTheProvidersName() {
    world.provider().spoilsIdTokens(draft -> draft.claim("sid", "first"));
    var laptop = world.alice().logsIn();
    world.provider().spoilsIdTokens(draft -> draft.claim("sid", "second"));
    var phone = world.alice().logsIn();
    var tablet = world.alice().logsIn();
    admin("DELETE", "handle=" + handle(tablet)).answers(200);
    admin("DELETE", "issuer=https://other.test&sid=first").answers(200);
    assertThat(laptop.isLoggedIn()).isTrue();
    admin("DELETE", "issuer=" + encoded(world.provider().issuer()) + "&sid=first").answers(200);
    assertThat(laptop.isLoggedIn()).isFalse();
    assertThat(tablet.isLoggedIn()).isFalse();
    assertThat(phone.isLoggedIn()).isTrue();
  }

  @Test
  @Proves("SES-08")
  void aLongListComesInPages() {
    var handles = new ArrayList<String>();
    for (int i = 0; i < 5; i++) {
      handles.add(handle(world.alice().logsIn()));
      world.clock().advance(Duration.ofSeconds(i % 2)); // some begin at the same time
    }
    var seen = new ArrayList<String>();
    var after = "";
    do {
      var page = admin("GET", subject("alice") + "&limit=2" + after);
      sessions(page).forEach(session -> seen.add(session.getString("handle")));
      assertThat(page.json().getInteger("total")).isEqualTo(5);
      var next = page.json().getString("next");
      after = next == null ? "" : "&after=" + encoded(next);
    } while (!after.isEmpty());
    assertThat(seen).containsExactlyInAnyOrderElementsOf(handles);
  }

  @Test
  @Proves({"SES-08", "OPS-04"})
  void whoeverDoesNotShowTheTokenSeesAndEndsNothing() {
    var alice = world.alice().logsIn();
    for (var method : List.of("GET", "DELETE")) {
      var without = asks(method, subject("alice")).answers(401);
      assertThat(without.header("WWW-Authenticate")).isEqualTo("Bearer");
      asks(method, subject("alice"), "Authorization", "Bearer " + TOKEN + "x").answers(401);
      asks(method, subject("alice"), "Authorization", "Basic " + TOKEN).answers(401);
      var browser =
          asks(
              method,
              subject("alice"),
              "Authorization",
              "Bearer " + TOKEN,
              "Origin",
              "http://localhost");
      browser.answers(403);
    }
    assertThat(alice.isLoggedIn()).isTrue();
  }
}
