package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import dev.cloakroom.world.Answer;
import dev.cloakroom.world.Browser;
import dev.cloakroom.world.Headers;
import dev.cloakroom.world.IdTokenDraft;
import dev.cloakroom.world.ProviderKeys.Signing;
import dev.cloakroom.world.Waiting;
import dev.cloakroom.world.World;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Floods cost the sender, and nobody who has a session.
class RateLimitTest {
  private static final int LOGINS = 12;
  private static final int UNKNOWN = 10;
  private static final int REJECTED = 10;

  @RegisterExtension
  final World world = new World(config -> config.rates(LOGINS, UNKNOWN, REJECTED));

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
  @Case("T88")
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
  @Case("T88")
  void aFloodOfCallbacksWaits() {
    var mallory = world.browser("mallory");
    for (int i = 0; i < LOGINS; i++) {
      mallory.tab().navigatesWith("/auth/callback?code=c&state=s").answers(400);
    }
    mallory.tab().navigatesWith("/auth/callback?code=c&state=s").answers(429);
  }

  private Answer ordersLogout(String token) {
    return Waiting.on(
        world
            .exchanges()
            .send(
                "POST",
                URI.create(world.url() + "/auth/backchannel-logout"),
                Headers.of("Content-Type", "application/x-www-form-urlencoded"),
                Optional.of(Buffer.buffer("logout_token=" + token))));
  }

  private String logoutToken(UnaryOperator<IdTokenDraft> draft) {
    return world.provider().logoutToken(draft);
  }

  @Test
  @Proves("BCL-15")
  void aFloodOfForgedLogoutsWaits() {
    var alice = world.alice().logsIn();
    for (int i = 0; i < REJECTED; i++) {
      ordersLogout(i % 2 == 0 ? "" : logoutToken(draft -> draft.signed(Signing.BROKEN)))
          .refuses(400, "bad_request");
    }
    var genuine = logoutToken(draft -> draft.claim("sub", "sub-alice"));
    var refused = ordersLogout(genuine).refuses(429, "rate_limited");
    assertThat(refused.header("Retry-After")).isEqualTo("6");
    assertThat(alice.isLoggedIn()).as("no signature is checked while the sender waits").isTrue();
    world.clock().advance(Duration.ofSeconds(6));
    ordersLogout(genuine).answers(200);
    assertThat(alice.isLoggedIn()).isFalse();
  }

  @Test
  @Proves("BCL-15")
  void aProviderMayEndManySessionsAtATime() {
    for (int i = 0; i < 2 * REJECTED; i++) {
      ordersLogout(logoutToken(draft -> draft.claim("sub", "sub-bob"))).answers(200);
    }
  }
}
