package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import dev.cloakroom.world.World;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How long a session lives, what it tells, and what is no session.
class SessionTest {
  private static final Duration TOKEN_LIFE = Duration.ofHours(24);

  @RegisterExtension final World world = new World();

  @Test
  @Proves({"BFF-05", "CK-19"})
  void aStrangerIsToldSoAndGetsNothing() {
    var alice = world.alice();
    var answer = alice.fetches("/auth/session").answers(200);
    assertThat(answer.json().encode())
        .isEqualTo("{\"authenticated\":false,\"login_url\":\"/auth/login\"}");
    assertThat(answer.header("Cache-Control")).contains("no-store");
    assertThat(answer.setCookies()).isEmpty();
    assertThat(answer.headers().contains("Location")).isFalse();
  }

  @Test
  @Proves({"BFF-05", "BFF-03"})
  @Case({"T17", "T84"})
  void theSessionShowsAllowedClaimsAndRelativeSeconds() {
    var alice = world.alice().logsIn();
    world.clock().advance(Duration.ofSeconds(60));
    var answer = alice.whoAmI();
    assertThat(answer.getString("provider")).isEqualTo("main");
    assertThat(answer.getJsonObject("user").fieldNames())
        .contains("sub", "name", "email")
        .doesNotContain("internal_note", "groups", "nonce", "sid");
    var session = answer.getJsonObject("session");
    assertThat(session.getInteger("expires_in")).isEqualTo(8 * 3600 - 60);
    assertThat(session.getInteger("idle_expires_in")).isEqualTo(30 * 60 - 60);
    assertThat(session.getString("id")).isNotEqualTo(alice.sessionValue()).isNotBlank();
  }

  @Test
  @Proves("SES-01")
  void anUnusedSessionEndsAfterTheIdleTimeout() {
    world.provider().givesAccessTokensFor(TOKEN_LIFE);
    var alice = world.alice().logsIn();
    world.clock().advance(Duration.ofMinutes(29));
    alice.fetches("/api/orders").answers(200);
    world.clock().advance(Duration.ofMinutes(29));
    alice.fetches("/api/orders").answers(200);
    world.clock().advance(Duration.ofMinutes(31));
    var refused = alice.fetches("/api/orders").answers(401);
    assertThat(refused.json().getString("code")).isIn("session_expired", "session_ended");
    assertThat(alice.isLoggedIn()).isFalse();
  }

  @Test
  @Proves("SES-01")
  @Case("T49")
  void nothingExtendsTheAbsoluteLifetime() {
    world.provider().givesAccessTokensFor(TOKEN_LIFE);
    var alice = world.alice().logsIn();
    for (int minutes = 0; minutes < 8 * 60 - 20; minutes += 20) {
      world.clock().advance(Duration.ofMinutes(20));
      alice.fetches("/api/orders").answers(200);
    }
    world.clock().advance(Duration.ofMinutes(21));
    alice.fetches("/api/orders").answers(401);
  }

  @Test
  @Proves("SES-02")
  @Case({"T49", "T84"})
  void askingWithoutTouchingDoesNotExtend() {
    var alice = world.alice().logsIn();
    for (int i = 0; i < 3; i++) {
      world.clock().advance(Duration.ofMinutes(9));
      assertThat(alice.isLoggedIn()).isTrue();
    }
    world.clock().advance(Duration.ofMinutes(4));
    assertThat(alice.isLoggedIn()).isFalse();
  }

  @Test
  @Proves("SES-02")
  void askingPlainlyExtends() {
    var alice = world.alice().logsIn();
    for (int i = 0; i < 4; i++) {
      world.clock().advance(Duration.ofMinutes(20));
      assertThat(alice.fetches("/auth/session").json().getBoolean("authenticated")).isTrue();
    }
  }

  @Test
  @Proves("SES-02")
  void aCallThatAsksNotToTouchDoesNotExtend() {
    world.provider().givesAccessTokensFor(TOKEN_LIFE);
    var alice = world.alice().logsIn();
    world.clock().advance(Duration.ofMinutes(20));
    alice.fetches("/api/orders", "X-Session-Touch", "false").answers(200);
    world.clock().advance(Duration.ofMinutes(11));
    alice.fetches("/api/orders").answers(401);
  }

  @Test
  @Proves("CK-16")
  @Case("T92")
  void twoSessionCookiesAreNoSession() {
    var alice = world.alice().logsIn();
    var mine = World.SESSION_COOKIE + "=" + alice.sessionValue();
    var other = World.SESSION_COOKIE + "=" + "A".repeat(43);
    for (var cookies :
        new String[] {mine + "; " + other, other + "; " + mine, mine + "; " + mine}) {
      alice.fetchesWithCookies("/api/orders", cookies).refuses(401, "login_required");
    }
    assertThat(world.upstream().calls()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ";;;",
        "=",
        "a",
        "=b",
        "a==b",
        "$Version=1",
        "__Host-Http-session",
        "__Host-Http-session=",
        "__Host-Http-session=\"quoted\"",
        "__Host-Http-session=short",
        "__Host-Http-session=!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!",
        "__Host-Http-session_chunks=99999999",
        "${jndi:ldap://x}=%n%s"
      })
  @Proves({"CK-19", "CK-16"})
  @Case("T92")
  void oddCookiesAreNobody(String cookies) {
    var alice = world.alice();
    alice.fetchesWithCookies("/api/orders", cookies).refuses(401, "login_required");
    var answer = alice.fetchesWithCookies("/auth/session", cookies).answers(200);
    assertThat(answer.json().getBoolean("authenticated")).isFalse();
    assertThat(answer.setCookies()).isEmpty();
  }

  @Test
  @Proves("CK-11")
  @Case("T44")
  void everyFlippedCharacterIsAnotherSession() {
    var alice = world.alice().logsIn();
    var value = alice.sessionValue();
    for (int i = 0; i < value.length(); i++) {
      var flipped = new StringBuilder(value);
      flipped.setCharAt(i, value.charAt(i) == 'x' ? 'y' : 'x');
      var answer =
          alice
              .fetchesWithCookies("/api/orders", World.SESSION_COOKIE + "=" + flipped)
              .answers(401);
      assertThat(answer.json().getString("code")).isEqualTo("session_expired");
    }
    assertThat(world.upstream().calls()).isEmpty();
  }

  @Test
  @Proves("CK-19")
  @Case("T40")
  void strangersLeaveNothingBehind() {
    var alice = world.alice();
    for (int i = 0; i < 100; i++) {
      alice.fetches("/public/news").answers(200);
      alice.fetches("/api/orders").answers(401);
      alice.navigates("/page").answers(200);
    }
    assertThat(alice.jar().everSet()).isEmpty();
    assertThat(world.events(Event.SessionStarted.class)).isEmpty();
  }

  @Test
  @Proves("RT-02")
  @Case("T06")
  void twoBrowsersOfOneUserAreIndependent() {
    var laptop = world.alice().logsIn();
    var phone = world.alice().logsIn();
    assertThat(laptop.sessionValue()).isNotEqualTo(phone.sessionValue());
    world.clock().advance(Duration.ofMinutes(6));
    laptop.fetches("/api/orders").answers(200);
    phone.fetches("/api/orders").answers(200);
    assertThat(world.provider().count("token", "refresh_token")).isEqualTo(2);
    laptop.logsOut();
    assertThat(laptop.isLoggedIn()).isFalse();
    world.clock().advance(Duration.ofMinutes(6));
    phone.fetches("/api/orders").answers(200);
  }

  @Test
  @Proves("CSRF-10")
  void theUserCanAskForFreshTokens() {
    var alice = world.alice().logsIn();
    alice.fetches("/auth/session/refresh").refuses(405, "method_not_allowed");
    world.clock().advance(Duration.ofSeconds(11));
    var answer = alice.posts("/auth/session/refresh").answers(200);
    assertThat(answer.json().getBoolean("authenticated")).isTrue();
    assertThat(world.provider().count("token", "refresh_token")).isEqualTo(1);
    alice.posts("/auth/session/refresh").answers(200);
    assertThat(world.provider().count("token", "refresh_token")).isEqualTo(1);
  }

  @Test
  @Proves("CK-12")
  void theCookieOfAnotherHostIsNotOurs() {
    var alice = world.alice().logsIn();
    assertThat(alice.jar().find("127.0.0.1", World.SESSION_COOKIE)).isEmpty();
    assertThat(
            alice
                .jar()
                .header(
                    URI.create(world.provider().issuer()), java.util.Optional.empty(), true, "GET"))
        .isEmpty();
  }

  private void theProviderCapsSessionsAt(Duration fromNow) {
    long end = world.clock().instant().plus(fromNow).getEpochSecond();
    world.provider().spoilsIdTokens(draft -> draft.claim("session_expiry", end));
  }

  @Test
  @Proves("IDT-19")
  void theProviderMayCapTheSessionsLife() {
    world.provider().givesAccessTokensFor(Duration.ofSeconds(30));
    theProviderCapsSessionsAt(Duration.ofSeconds(60));
    var alice = world.alice().logsIn();
    assertThat(
            alice.fetches("/auth/session").json().getJsonObject("session").getInteger("expires_in"))
        .isEqualTo(60);
    world.clock().advance(Duration.ofSeconds(59));
    alice.fetches("/api/orders").answers(200);
    int refreshes = world.provider().count("token", "refresh_token");
    world.clock().advance(Duration.ofSeconds(1));
    alice.fetches("/api/orders").answers(401);
    alice.posts("/auth/session/refresh").answers(401);
    assertThat(world.provider().count("token", "refresh_token")).isEqualTo(refreshes);
  }

  @Test
  @Proves("IDT-19")
  void theProviderCannotLengthenIt() {
    theProviderCapsSessionsAt(Duration.ofDays(30));
    var alice = world.alice().logsIn();
    assertThat(
            alice.fetches("/auth/session").json().getJsonObject("session").getInteger("expires_in"))
        .isLessThanOrEqualTo((int) Duration.ofHours(8).toSeconds());
  }
}
