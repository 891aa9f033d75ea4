package dev.cloakroom.world;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// The search for leaks finds what it looks for: without this, every world would be tight.
class LeaksTest {
  private static final String TOKEN = "AT-SENTINEL-7";
  private static final String COOKIE = "c".repeat(43);
  private static final Leaks LEAKS = new Leaks(Set.of(TOKEN), Set.of(COOKIE));

  private static void searches(String request, String head, String body) {
    LEAKS.search(List.of(new Exchanges.Received(request, head, body)), List.of(), List.of());
  }

  @Test
  @Proves("BFF-03")
  void aTokenInABodyAFieldOrACookieIsFound() {
    assertThatThrownBy(() -> searches("GET /", "", "x" + TOKEN)).isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> searches("GET /", "X-Debug: " + TOKEN, ""))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> searches("GET /", "Set-Cookie: t=" + TOKEN, ""))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> searches("GET /", "Location: https://id.test/?t=" + TOKEN, ""))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void theCookieMayStandInSetCookieOnly() {
    assertThatCode(() -> searches("GET /", "set-cookie: s=" + COOKIE, ""))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> searches("GET /", "", COOKIE)).isInstanceOf(AssertionError.class);
  }

  @Test
  void theOneExceptionIsTheLogoutPagesAddress() {
    var location = "Location: https://id.test/end?id_token_hint=" + TOKEN;
    assertThatCode(() -> searches("GET /auth/logout/continue", location, ""))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> searches("POST /auth/logout", location, ""))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  @Proves("TOK-11")
  void aTokenInALogLineOrAnEventIsFound() {
    var trap = LogTrap.emptied();
    LoggerFactory.getLogger("some.library").atTrace().addKeyValue("token", TOKEN).log("said");
    assertThatThrownBy(() -> LEAKS.search(List.of(), trap.lines(), List.of()))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(
            () -> LEAKS.search(List.of(), List.of(), List.of(new Event.LoginRejected(TOKEN, "x"))))
        .isInstanceOf(AssertionError.class);
  }
}
