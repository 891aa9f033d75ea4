package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.world.NodeServers;
import dev.cloakroom.world.Ports;
import dev.cloakroom.world.World;
import dev.cloakroom.world.WorldConfig.RealProvider;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The whole flow against npm `oidc-provider`, a certified code base, as the demo runs it.
class OidcProviderIT {
  private static final int PORT = Ports.free();
  private static final String SECRET = "cloakroom-secret";
  private static final NodeServers.Started PROVIDER =
      NodeServers.start(
          "provider.mjs",
          Map.of(
              "PORT", "0",
              "GATEWAY_ORIGIN", "http://localhost:" + PORT,
              "CLIENT_ID", "cloakroom",
              "CLIENT_SECRET", SECRET,
              "API_AUDIENCE", "urn:demo:api",
              "ACCESS_TOKEN_TTL", "4"));

  @RegisterExtension
  final World world =
      new World(
          config ->
              config.realProvider(new RealProvider(PROVIDER.origin(), "cloakroom", SECRET, PORT)));

  @AfterAll
  static void stopProvider() {
    PROVIDER.close();
  }

  @Test
  @Proves({"BFF-01", "BFF-03", "BFF-04", "RT-01", "RPL-01"})
  void theWholeFlowWorks() {
    var flow = new RealProviderFlow(world, Map.of("username", "alice", "password", "wonderland"));
    var alice = flow.logsIn();
    assertThat(alice.whoAmI().getJsonObject("user").getString("email")).contains("@");
    flow.outlivesAToken(alice);
    var cookie = alice.sessionValue();
    alice.logsOut();
    alice.tab().submitsWith("logout", "yes");
    assertThat(alice.tab().page().uri().toString()).isEqualTo(world.url() + "/");
    flow.staysLoggedOut(alice, cookie);
  }
}
