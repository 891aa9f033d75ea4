package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import dev.cloakroom.world.Fault;
import dev.cloakroom.world.ScriptedProvider;
import dev.cloakroom.world.World;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A login whose parameters no browser carries.
class PushedLoginTest {
  private static final int LOGINS = 5;

  @RegisterExtension
  final World world =
      new World(
          config -> config.meets(ScriptedProvider::takesPushedRequests).rates(LOGINS, 600, 600));

  @Test
  @Proves({"PAR-02", "PAR-03"})
  void aliceLogsInAndReloadsTheLoginOnTheWay() {
    world.provider().refusesParametersInTheUrl();
    var alice = world.alice();
    alice.startsLogin(alice.tab(), "/").answers(200);
    alice.logsIn();
    assertThat(world.provider().count("par")).isEqualTo(2);
    alice.fetches("/api/orders").answers(200);
  }

  @Test
  @Proves("PAR-05")
  void aProviderThatDoesNotTakeItShowsAReadablePage() {
    var alice = world.alice();
    world.provider().nextAt("par", Fault.error(400, "invalid_request"));
    alice.startsLogin(alice.tab(), "/").shows(502, "provider_rejected");
    world.provider().nextAt("par", Fault.retryAfter(503, 9));
    var page = alice.startsLogin(alice.tab(), "/").shows(503, "provider_unavailable");
    assertThat(page.header("Retry-After")).isEqualTo("9");
    assertThat(world.provider().count("authorize")).isZero();
    assertThat(alice.attempts()).isEmpty();
    assertThat(world.events(Event.LoginRejected.class))
        .extracting(Event.LoginRejected::reason)
        .containsExactly("pushed_authorization_invalid_request", "PROVIDER_UNAVAILABLE");
    assertThat(world.events(Event.LoginStarted.class)).isEmpty();
  }

  @Test
  @Proves("PAR-06")
  void aFloodOfLoginsDoesNotReachTheProvider() {
    var mallory = world.browser("mallory");
    for (int i = 0; i < LOGINS + 10; i++) {
      var _ = mallory.startsLogin(mallory.newTab(), "/");
    }
    assertThat(world.provider().count("par")).isEqualTo(LOGINS);
  }
}
