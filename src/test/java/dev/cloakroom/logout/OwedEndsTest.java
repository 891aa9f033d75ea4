package dev.cloakroom.logout;

import static dev.cloakroom.world.Waiting.on;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.oidc.Identity;
import dev.cloakroom.oidc.LogoutOrder;
import dev.cloakroom.session.FrontEnd;
import dev.cloakroom.session.MemorySessionStore;
import dev.cloakroom.session.Revoker;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionId;
import dev.cloakroom.session.SessionSelector;
import dev.cloakroom.session.SessionSettings;
import dev.cloakroom.session.SessionStore.Lookup;
import dev.cloakroom.session.SessionStore.Started;
import dev.cloakroom.world.CountingEntropy;
import dev.cloakroom.world.EventList;
import dev.cloakroom.world.ProviderStandIn;
import dev.cloakroom.world.TestClock;
import dev.cloakroom.world.WaveringStore;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
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
  private final Reach reach = new Reach(Map.of(FrontEnd.ONLY, List.of(provider.settings())));
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
    var admin = new AdminSessions(store, revoker, List.of(FrontEnd.ONLY));
    var alice = new SessionSelector.BySubject(FrontEnd.ONLY, provider.issuer(), "alice");
    store.goesAway();
    assertThat(on(admin.end(alice))).isEqualTo(new AdminSessions.Outcome.StoreUnavailable());
    assertThat(store.owed()).containsExactly(alice);
  }

  @Test
  @Proves("SES-05")
  void theProvidersOrderIsOwedAndMayComeAgain() {
    var logout = new BackChannelLogout(store, Map.of("main", provider), revoker, reach);
    provider.onLogout(order("sid-1"));
    store.goesAway();
    assertThat(on(logout.accept(token()))).isEqualTo(new BackChannelOutcome.StoreUnavailable());
    assertThat(store.owed())
        .containsExactly(new SessionSelector.BySid(FrontEnd.ONLY, provider.issuer(), "sid-1"));
    store.comesBack();
    assertThat(on(logout.accept(token()))).isEqualTo(new BackChannelOutcome.LoggedOut());
  }

  @Test
  @Proves({"BCL-07", "SES-05"})
  void anOrderThatCouldNotBeObeyedIsObeyedWhenItComesAgain() {
    var logout = new BackChannelLogout(store, Map.of("main", provider), revoker, reach);
    var login = login("sid-1");
    provider.onLogout(order("sid-1"));
    store.goesAwayAtTheNextEnd();
    assertThat(on(logout.accept(token()))).isEqualTo(new BackChannelOutcome.StoreUnavailable());
    store.comesBack(); // and the node that owed the end has died
    assertThat(on(store.find(login, false))).isInstanceOf(Lookup.Live.class);
    assertThat(on(logout.accept(token()))).isEqualTo(new BackChannelOutcome.LoggedOut());
    assertThat(on(store.find(login, false))).isInstanceOf(Lookup.Gone.class);
    assertThat(provider.revoked()).hasSize(1);
    assertThat(on(logout.accept(token()))).isEqualTo(new BackChannelOutcome.LoggedOut());
    assertThat(provider.revoked()).as("a replay").hasSize(1);
  }

  private LogoutOrder order(String sid) {
    var forgetAt = clock.instant().plusSeconds(120);
    return new LogoutOrder.Genuine(
        provider.issuer(), Optional.of(sid), Optional.empty(), "jti-1", forgetAt);
  }

  private SessionId login(String sid) {
    var id = SessionId.draw(FrontEnd.ONLY, new CountingEntropy());
    var session =
        new Session(
            id.key(),
            FrontEnd.ONLY,
            "handle",
            "main",
            new Identity(provider.issuer(), "alice", Optional.of(sid)),
            "{}",
            provider.issue(),
            clock.instant(),
            clock.instant().plus(Duration.ofHours(8)),
            Optional.empty(),
            Optional.empty(),
            "Firefox on Linux",
            0);
    assertThat(on(store.start(id, session, Optional.empty()))).isInstanceOf(Started.Stored.class);
    return id;
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
