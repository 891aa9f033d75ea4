package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.jose.SigningKeys;
import dev.cloakroom.oidc.Hardening;
import dev.cloakroom.world.NodeServers;
import dev.cloakroom.world.Ports;
import dev.cloakroom.world.TestKeys;
import dev.cloakroom.world.World;
import dev.cloakroom.world.WorldConfig.RealProvider;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The whole flow against npm `oidc-provider`, where the gateway proves itself with a key, and
/// signs and pushes what it asks: the provider takes nothing else.
class OidcProviderKeysIT {
  private static final int PORT = Ports.free();
  private static final SigningKeys KEYS = TestKeys.ring(TestKeys.ec("gateway-1"));
  private static final NodeServers.Started PROVIDER =
      NodeServers.start(
          "provider.mjs",
          Map.of(
              "PORT", "0",
              "GATEWAY_ORIGIN", "http://localhost:" + PORT,
              "CLIENT_ID", "cloakroom",
              "CLIENT_JWKS", KEYS.published().encode(),
              "API_AUDIENCE", "urn:demo:api",
              "ACCESS_TOKEN_TTL", "4"));

  @RegisterExtension
  final World world =
      new World(
          config ->
              config
                  .realProvider(new RealProvider(PROVIDER.origin(), "cloakroom", "unused", PORT))
                  .signsWith(KEYS)
                  .hardens(
                      Hardening.usual()
                          .pushing(Hardening.PushedAuthorization.REQUIRED)
                          .signing(KEYS)));

  @AfterAll
  static void stopProvider() {
    PROVIDER.close();
  }

  @Test
  @Proves({"PKJ-01", "PAR-01", "PAR-02", "JAR-01", "JAR-02"})
  void theWholeFlowWorks() {
    var flow = new RealProviderFlow(world, Map.of("username", "alice", "password", "wonderland"));
    var alice = flow.logsIn();
    flow.outlivesAToken(alice);
    var cookie = alice.sessionValue();
    alice.logsOut();
    alice.tab().submitsWith("logout", "yes");
    assertThat(alice.tab().page().uri().toString()).isEqualTo(world.url() + "/");
    flow.staysLoggedOut(alice, cookie);
  }
}
