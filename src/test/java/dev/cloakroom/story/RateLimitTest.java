package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.world.Answer;
import dev.cloakroom.world.Browser;
import dev.cloakroom.world.World;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Floods cost the sender, and nobody who has a session.
class RateLimitTest {
  private static final int LOGINS = 12;
  private static final int UNKNOWN = 10;

  @RegisterExtension final World world = new World(config -> config.rates(LOGINS, UNKNOWN));

  private static Answer guesses(Browser who, String path, String value, int number) {
    var guess = new StringBuilder(value);
    guess.setCharAt(number, value.charAt(number) == 'x' ? 'y' : 'x');
    return who.fetchesWithCookies(path, World.SESSION_COOKIE + "=" + guess);
  }

  @Test
  @Proves("BFF-14")
  void whoeverGuessesSessionsHasToWaitAndNobodyElse() {
    var alice = world.alice().logsIn();
    var value = alice.sessionValue();
    var mallory = world.browser("mallory");
    for (int i = 0; i < UNKNOWN; i++) {
      guesses(mallory, "/api/orders", value, i).refuses(401, "session_expired");
    }
    for (var path : new String[] {"/api/orders", "/auth/session", "/auth/events"}) {
      var refused = guesses(mallory, path, value, UNKNOWN).refuses(429, "rate_limited");
      assertThat(Integer.parseInt(refused.header("Retry-After"))).isEqualTo(6);
    }
    alice.fetches("/api/orders").answers(200);
    assertThat(alice.isLoggedIn()).isTrue();
    guesses(mallory, "/api/orders", value, 0).refuses(401, "session_expired");
    world.clock().advance(Duration.ofSeconds(6));
    guesses(mallory, "/api/orders", value, UNKNOWN + 1).refuses(401, "session_expired");
    guesses(mallory, "/api/orders", value, UNKNOWN + 2).refuses(429, "rate_limited");
  }

  @Test
  @Proves("BFF-14")
  void aFloodOfLoginsWaits() {
    var alice = world.alice().logsIn();
    var mallory = world.browser("mallory");
    for (int i = 1; i < LOGINS; i++) {
      mallory.tab().navigatesWith("/auth/login").answers(302);
    }
    int attempts = mallory.attempts().size();
    var refused = mallory.tab().navigatesWith("/auth/login").answers(429);
    assertThat(refused.header("Retry-After")).isEqualTo("5");
    assertThat(refused.text()).contains("rate_limited");
    assertThat(refused.setCookies()).isEmpty();
    assertThat(mallory.attempts()).hasSize(attempts);
    alice.fetches("/api/orders").answers(200);
    world.clock().advance(Duration.ofSeconds(5));
    mallory.tab().navigatesWith("/auth/login").answers(302);
  }

  @Test
  @Proves("BFF-14")
  void aFloodOfCallbacksWaits() {
    var mallory = world.browser("mallory");
    for (int i = 0; i < LOGINS; i++) {
      mallory.tab().navigatesWith("/auth/callback?code=c&state=s").answers(400);
    }
    mallory.tab().navigatesWith("/auth/callback?code=c&state=s").answers(429);
  }
}
