package dev.cloakroom.edge;

import static dev.cloakroom.edge.CrossSiteGuardTest.headers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.edge.Cookies.SessionCookie;
import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import dev.cloakroom.login.AttemptCookie;
import dev.cloakroom.session.FrontEnd;
import dev.cloakroom.session.SessionId;
import dev.cloakroom.world.CountingEntropy;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CookiesTest {
  private static final String NAME = "__Host-Http-session";
  private final Cookies cookies =
      new Cookies(
          FrontEnd.ONLY, new CookieSettings(NAME, CookieSettings.SameSite.STRICT, false), true);
  private final SessionId id = SessionId.draw(FrontEnd.ONLY, new CountingEntropy());

  @Test
  void theSessionIsFoundAmongOthers() {
    var received = cookies.read(headers("Cookie", "a=1; " + NAME + "=" + id.reveal() + "; b=2"));
    assertThat(received.sessionId().map(SessionId::reveal)).contains(id.reveal());
    assertThat(received.claimsSession()).isTrue();
  }

  @Test
  @Proves("CK-18")
  void severalFieldsAreOne() {
    var received = cookies.read(headers("Cookie", "a=1", "Cookie", NAME + "=" + id.reveal()));
    assertThat(received.sessionId()).isPresent();
  }

  @Test
  @Proves("CK-16")
  void twoSessionCookiesAreNone() {
    var one = NAME + "=" + id.reveal();
    for (var field :
        new String[] {one + "; " + one, one + "; " + NAME + "=x", NAME + "=; " + one}) {
      assertThat(cookies.read(headers("Cookie", field)).session())
          .isInstanceOf(SessionCookie.Ambiguous.class);
    }
    assertThat(cookies.read(headers("Cookie", one, "Cookie", one)).session())
        .isInstanceOf(SessionCookie.Ambiguous.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
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
        "__host-http-session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "__Host-Http-session_chunks=99999999"
      })
  @Case({"T92", "T93"})
  void odditiesAreNoSession(String field) {
    assertThat(cookies.read(headers("Cookie", field)).session())
        .isInstanceOf(SessionCookie.None.class);
  }

  @Test
  void attemptsAreBoundedInNumberAndSize() {
    var field = new StringBuilder();
    for (int i = 0; i < 500; i++) {
      field.append(AttemptCookie.PREFIX).append(i).append("=x; ");
    }
    assertThat(cookies.read(headers("Cookie", field.toString())).attempts()).hasSize(64);
    var large = AttemptCookie.PREFIX + "a=" + "x".repeat(5000);
    assertThat(cookies.read(headers("Cookie", large)).attempts()).isEmpty();
  }

  @Test
  @Proves({"CK-01", "CK-02", "CK-03", "CK-04", "CK-05"})
  void theSessionCookieIsAsStrictAsACookieCanBe() {
    assertThat(cookies.session(id, Duration.ofHours(1)))
        .isEqualTo(NAME + "=" + id.reveal() + "; Path=/; Secure; HttpOnly; SameSite=Strict");
  }

  @Test
  @Proves("CK-14")
  void deletionUsesTheSameAttributes() {
    assertThat(cookies.sessionCleared())
        .isEqualTo(NAME + "=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0");
  }

  @Test
  void aPersistentCookieEndsWithTheSession() {
    var persistent =
        new Cookies(
            FrontEnd.ONLY, new CookieSettings(NAME, CookieSettings.SameSite.LAX, true), true);
    assertThat(persistent.session(id, Duration.ofHours(1)))
        .endsWith("; SameSite=Lax; Max-Age=3600");
  }

  @Test
  @Proves({"CK-07", "CK-08"})
  void anAttemptIsLaxOrNoneAndLivesTenMinutes() {
    assertThat(Cookies.attempt(new AttemptCookie(AttemptCookie.PREFIX + "a", "v", false)))
        .isEqualTo("__Host-Http-login-a=v; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=600");
    assertThat(Cookies.attempt(new AttemptCookie(AttemptCookie.PREFIX + "a", "v", true)))
        .contains("Secure", "SameSite=None");
  }

  @Test
  @Proves("CK-17")
  void ownNamesAreKnown() {
    assertThat(cookies.owns(NAME)).isTrue();
    assertThat(cookies.owns("__Host-Http-login-x")).isTrue();
    assertThat(cookies.owns("__Host-Http-logout")).isTrue();
    assertThat(cookies.owns("app")).isFalse();
  }
}
