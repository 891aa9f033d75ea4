package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.oidc.Hardening;
import dev.cloakroom.world.NodeServers;
import dev.cloakroom.world.Ports;
import dev.cloakroom.world.World;
import dev.cloakroom.world.WorldConfig.RealProvider;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The whole flow against npm `oidc-provider`, which binds every token to a key and wants a nonce
/// of its own in every proof.
class OidcProviderProofsIT {
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
              "ACCESS_TOKEN_TTL", "4",
              "DPOP", "1"));

  @RegisterExtension
  final World world =
      new World(
          config ->
              config
                  .realProvider(new RealProvider(PROVIDER.origin(), "cloakroom", SECRET, PORT))
                  .hardens(Hardening.usual().proving()));

  @AfterAll
  static void stopProvider() {
    PROVIDER.close();
  }

  @Test
  @Proves({"DPOP-01", "DPOP-02", "DPOP-04", "DPOP-06", "DPOP-08"})
  void theWholeFlowWorks() {
    var flow = new RealProviderFlow(world, Map.of("username", "alice", "password", "wonderland"));
    var alice = flow.logsIn();
    flow.outlivesAToken(alice);
    flow.provesTheLastCall();
    var cookie = alice.sessionValue();
    alice.logsOut();
    alice.tab().submitsWith("logout", "yes");
    assertThat(alice.tab().page().uri().toString()).isEqualTo(world.url() + "/");
    flow.forgetsTheTokens();
    flow.staysLoggedOut(alice, cookie);
  }
}
