package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.world.TestKeys;
import dev.cloakroom.world.World;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The gateway proves itself with keys, and publishes their public parts.
class PublishedKeysTest {
  @RegisterExtension
  final World world =
      new World(config -> config.signsWith(TestKeys.ring(TestKeys.ec("one"), TestKeys.rsa("two"))));

  @Test
  @Proves("PKJ-03")
  void anybodyMayFetchThePublicKeys() {
    var stranger = world.browser("provider");
    var keys = stranger.navigates("/auth/jwks.json").answers(200).json().getJsonArray("keys");
    assertThat(keys.stream())
        .extracting(key -> ((JsonObject) key).getString("kid"))
        .containsExactly("one", "two");
    assertThat(keys.encode()).doesNotContain("\"d\"").doesNotContain("\"p\"");
  }

  @Test
  @Proves("PKJ-03")
  void whatTheProviderFetchesHereProvesTheGatewayThere() {
    var jwks = world.browser("provider").navigates("/auth/jwks.json").answers(200).json();
    world.provider().takesAssertionsUnder(jwks);
    var alice = world.alice();
    alice.logsIn();
    alice.fetches("/api/orders").answers(200);
    var _ = alice.logsOut();
    assertThat(world.provider().count("revoke")).isPositive();
  }
}
