package dev.cloakroom.logout;

import static dev.cloakroom.world.Waiting.on;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.oidc.LogoutOrder;
import dev.cloakroom.session.MemorySessionStore;
import dev.cloakroom.session.Revoker;
import dev.cloakroom.session.SessionSelector;
import dev.cloakroom.session.SessionSettings;
import dev.cloakroom.world.EventList;
import dev.cloakroom.world.ProviderStandIn;
import dev.cloakroom.world.TestClock;
import dev.cloakroom.world.WaveringStore;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/// An end that is ordered while the store is away reaches the store all the same, which owes it.
class OwedEndsTest {
  private final TestClock clock = new TestClock();
  private final EventList events = new EventList();
  private final ProviderStandIn provider = new ProviderStandIn("main", clock);
  private final Revoker revoker = new Revoker(Map.of("main", provider), events);
  private final WaveringStore store =
      new WaveringStore(
          new MemorySessionStore(
              new SessionSettings(
                  Duration.ofHours(1), Duration.ofHours(8), 100, OptionalInt.empty()),
              clock,
              events));

  @Test
  @Proves({"SES-05", "SES-08"})
  void anAdministratorsOrderIsOwed() {
    var admin = new AdminSessions(store, revoker);
    var alice = new SessionSelector.BySubject(provider.issuer(), "alice");
    store.goesAway();
    assertThat(on(admin.end(alice))).isEqualTo(new AdminSessions.Outcome.StoreUnavailable());
    assertThat(store.owed()).containsExactly(alice);
  }

  @Test
  @Proves("SES-05")
  void theProvidersOrderIsOwedAndMayComeAgain() {
    var logout = new BackChannelLogout(store, Map.of("main", provider), revoker);
    provider.onLogout(
        new LogoutOrder.Genuine(
            provider.issuer(),
            Optional.of("sid-1"),
            Optional.empty(),
            "jti-1",
            clock.instant().plusSeconds(120)));
    store.goesAway();
    assertThat(on(logout.accept(token()))).isEqualTo(new BackChannelOutcome.StoreUnavailable());
    assertThat(store.owed()).containsExactly(new SessionSelector.BySid(provider.issuer(), "sid-1"));
    store.comesBack();
    assertThat(on(logout.accept(token()))).isEqualTo(new BackChannelOutcome.LoggedOut());
  }

  private String token() {
    var claims =
        new JsonObject().put("iss", provider.issuer()).put("aud", provider.settings().clientId());
    return part(new JsonObject().put("alg", "RS256")) + "." + part(claims) + ".AA";
  }

  private static String part(JsonObject json) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(json.encode().getBytes(UTF_8));
  }
}
