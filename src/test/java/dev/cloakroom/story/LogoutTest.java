package dev.cloakroom.story;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import dev.cloakroom.world.Browser;
import dev.cloakroom.world.Fault;
import dev.cloakroom.world.ScriptedProvider;
import dev.cloakroom.world.Waiting;
import dev.cloakroom.world.World;
import java.net.URI;
import java.util.Base64;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Ending a session, from the button to the way back from the provider.
class LogoutTest {
  @RegisterExtension final World world = new World();

  @Test
  @Proves({"BFF-08", "RPL-01", "RPL-02", "RPL-03", "CK-14", "CK-21", "HDR-05"})
  @Case({"T50", "T51", "T52"})
  void aLogoutEndsTheSessionHereAndAtTheProvider() {
    var alice = world.alice().logsIn();
    var old = alice.sessionValue();
    var answer = alice.posts("/auth/logout").answers(200);
    assertThat(answer.json().getString("location")).isEqualTo("/auth/logout/continue");
    assertThat(answer.text()).doesNotContain("id_token_hint");
    assertThat(alice.session()).isEmpty();
    assertThat(answer.header("Cache-Control")).contains("no-store");
    assertThat(answer.header("Clear-Site-Data")).as("unless asked for").isEmpty();

    var page = alice.tab().follows("/auth/logout/continue");
    var endSession = world.provider().calls("end_session").getFirst().parameters();
    assertThat(endSession.get("id_token_hint")).isNotBlank();
    assertThat(endSession.get("client_id")).isEqualTo(ScriptedProvider.CLIENT_ID);
    assertThat(endSession.get("post_logout_redirect_uri"))
        .isEqualTo(world.url() + "/auth/logout/callback");
    assertThat(endSession.get("state")).isNotBlank();
    assertThat(page.uri().toString()).isEqualTo(world.url() + "/");
    assertThat(alice.jar().all("localhost")).as("nothing of ours stays").isEmpty();
    assertThat(alice.jar().rejected()).isEmpty();
    copyOf(old).fetches("/api/orders").refuses(401, "session_ended");
  }

  private Browser copyOf(String cookie) {
    var thief = world.browser("thief");
    thief.jar().plant(URI.create(world.url()), World.SESSION_COOKIE, cookie);
    return thief;
  }

  @Test
  @Proves({"REV-01", "REV-02"})
  void theTokensAreRevoked() {
    world.alice().logsIn().logsOut();
    Waiting.until("a revocation", () -> world.provider().count("revoke") > 0);
    var first = world.provider().calls("revoke").getFirst().parameters();
    assertThat(first.get("token")).startsWith("RT-SENTINEL");
    assertThat(first.get("token_type_hint")).isEqualTo("refresh_token");
  }

  @Test
  @Proves("REV-03")
  @Case("T52")
  void aProviderThatHangsDelaysNobody() {
    var alice = world.alice().logsIn();
    world.provider().alwaysAt("revoke", new Fault.Hang());
    alice.posts("/auth/logout").answers(200);
    assertThat(alice.isLoggedIn()).isFalse();
  }

  @Test
  @Proves("RPL-06")
  void loggingOutTwiceIsTheSame() {
    var alice = world.alice().logsIn();
    alice.posts("/auth/logout").answers(200);
    var again = alice.posts("/auth/logout").answers(200);
    assertThat(again.json().getString("location")).isEqualTo("/auth/logout/continue");
    world.alice().posts("/auth/logout").answers(200);
  }

  @Test
  @Proves({"SES-08", "REV-01"})
  void aLogoutEverywhereEndsTheUsersOtherSessionsToo() {
    var laptop = world.alice().logsIn();
    var phone = world.alice().logsIn();
    var bob = world.browser("bob").logsIn();
    laptop.posts("/auth/logout?scope=everything").refuses(400, "invalid_parameter");
    laptop.posts("/auth/logout?scope=all&scope=all").refuses(400, "invalid_parameter");
    assertThat(phone.isLoggedIn()).as("a refused request changes nothing").isTrue();
    var answer = laptop.posts("/auth/logout?scope=all").answers(200);
    assertThat(laptop.session()).isEmpty();
    phone.fetches("/api/orders").refuses(401, "session_ended");
    bob.fetches("/api/orders").answers(200);
    Waiting.until("a revocation for each", () -> world.provider().count("revoke") > 1);
    laptop.tab().follows(answer.json().getString("location"));
    var endSession = world.provider().calls("end_session").getFirst().parameters();
    assertThat(endSession.get("id_token_hint")).isNotBlank();
  }

  @Test
  @Proves("RPL-01")
  void aFormPostIsRedirected() {
    var alice = world.alice().logsIn();
    var answer =
        alice.rawly(
            "POST",
            "/auth/logout",
            "Sec-Fetch-Site",
            "same-origin",
            "Sec-Fetch-Mode",
            "navigate",
            "Sec-Fetch-Dest",
            "document",
            "Origin",
            world.url(),
            "Content-Type",
            "application/x-www-form-urlencoded");
    assertThat(answer.answers(303).header("Location")).isEqualTo("/auth/logout/continue");
    assertThat(alice.isLoggedIn()).isFalse();
  }

  /// The logout's own cookie holds the ID token for the provider: the one token a browser keeps.
  @Test
  @Proves("BFF-17")
  void theTokenThatTheBrowserKeepsForALogoutIsSealed() {
    var alice = world.alice().logsIn();
    alice.posts("/auth/logout").answers(200);
    var kept = alice.jar().all("localhost");
    assertThat(kept)
        .singleElement()
        .satisfies(cookie -> assertThat(cookie.has("httponly")).isTrue());
    var sealed = kept.getFirst().value();
    alice.tab().follows("/auth/logout/continue");
    var hint =
        Objects.requireNonNull(
            world.provider().calls("end_session").getFirst().parameters().get("id_token_hint"));
    var bytes = new String(Base64.getUrlDecoder().decode(sealed), ISO_8859_1);
    assertThat(sealed.length()).as("it holds the whole").isGreaterThan(hint.length());
    assertThat(bytes).doesNotContain(hint.substring(0, 20), "id_token", "eyJ");
  }

  @Test
  @Proves({"AZ-07", "RPL-03"})
  @Case("T22")
  void theWayBackIsChecked() {
    var alice = world.alice().logsIn();
    alice.posts("/auth/logout?return_to=//evil.test").refuses(400, "invalid_return_to");
    assertThat(alice.isLoggedIn()).as("a refused request changes nothing").isTrue();
    alice.posts("/auth/logout?return_to=/bye").answers(200);
    var page = alice.tab().follows("/auth/logout/continue");
    assertThat(page.uri().getPath()).isEqualTo("/bye");
  }

  @Test
  @Proves("RPL-04")
  void aReturnWithAnotherStateLandsSafely() {
    var alice = world.alice().logsIn();
    alice.posts("/auth/logout?return_to=/bye").answers(200);
    for (var query : new String[] {"", "?state=", "?state=wrong", "?state=a&state=b"}) {
      var answer = world.alice().tab().navigatesWith("/auth/logout/callback" + query);
      assertThat(answer.answers(302).header("Location")).isEqualTo("/");
    }
  }

  @Test
  @Proves("RPL-02")
  void nobodyElseCanContinueALogout() {
    var alice = world.alice().logsIn();
    alice.posts("/auth/logout").answers(200);
    var answer = world.browser("thief").tab().navigatesWith("/auth/logout/continue");
    assertThat(answer.answers(302).header("Location")).isEqualTo("/");
  }

  @Test
  @Proves("RPL-02")
  void continuingWorksForAMinute() {
    var alice = world.alice().logsIn();
    alice.posts("/auth/logout").answers(200);
    world.clock().advance(java.time.Duration.ofSeconds(61));
    var answer = alice.tab().navigatesWith("/auth/logout/continue");
    assertThat(answer.answers(302).header("Location")).doesNotContain("id_token_hint");
  }

  @Test
  @Proves("RPL-05")
  void aProviderWithoutALogoutPageIsSkipped() {
    world
        .provider()
        .spoilsMetadata(
            metadata -> {
              metadata.remove("end_session_endpoint");
              return metadata;
            });
    world.restarts();
    var alice = world.alice().logsIn();
    assertThat(Objects.requireNonNull(alice.logsOut().uri()).toString())
        .isEqualTo(world.url() + "/");
    assertThat(alice.isLoggedIn()).isFalse();
  }

  @Test
  @Proves({"HDR-04", "CK-14"})
  void theStaleCookieIsOnlyDeletedByLogout() {
    var alice = copyOf("A".repeat(43));
    assertThat(alice.fetches("/api/orders").answers(401).setCookies()).isEmpty();
    assertThat(alice.fetches("/auth/session").answers(200).setCookies()).isEmpty();
    alice.posts("/auth/logout").answers(200);
    assertThat(alice.session()).isEmpty();
  }
}
