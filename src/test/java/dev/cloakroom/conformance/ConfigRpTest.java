package dev.cloakroom.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.RpCase;
import dev.cloakroom.observe.Event;
import dev.cloakroom.world.World;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The plan "Config RP": what the gateway learns from metadata and keys.
class ConfigRpTest {
  private static final Duration BETWEEN_KEY_FETCHES = Duration.ofSeconds(31);

  @RegisterExtension
  final World world =
      new World(
          config ->
              config.meets(
                  provider ->
                      provider.spoilsMetadata(
                          metadata ->
                              metadata.put("jwks_uri", provider.issuer() + "/jwks?set=8f3a"))));

  @Test
  @RpCase("oidcc-client-test-discovery-openid-config")
  void theMetadataAreFetchedAndUsed() {
    world.alice().logsIn();
    assertThat(world.provider().count("discovery")).isEqualTo(1);
    assertThat(world.events(Event.ProviderDiscovered.class))
        .extracting(Event.ProviderDiscovered::issuer)
        .contains(world.provider().issuer());
  }

  @Test
  @RpCase("oidcc-client-test-discovery-jwks-uri-keys")
  void theKeysAreFetchedFromWhereTheMetadataSay() {
    world.alice().logsIn();
    assertThat(world.provider().calls("jwks"))
        .isNotEmpty()
        .allSatisfy(call -> assertThat(call.parameters().get("set")).isEqualTo("8f3a"));
  }

  @Test
  @RpCase("oidcc-client-test-discovery-issuer-mismatch")
  void metadataOfAnotherIssuerStopTheLogin() {
    world.restartsInPlace(
        config ->
            config.meets(
                provider ->
                    provider.spoilsMetadata(
                        metadata -> metadata.put("issuer", "https://evil.test"))));
    world.alice().navigates("/auth/login").shows(503, "provider_unavailable");
    assertThat(world.provider().count("authorize")).isZero();
  }

  @Test
  @RpCase("oidcc-client-test-signing-key-rotation")
  void keysThatChangeBetweenLoginsAreFetchedAgain() {
    world.alice().logsIn();
    world.provider().rotatesKeys();
    world.clock().advance(BETWEEN_KEY_FETCHES);
    world.alice().logsIn();
    assertThat(world.provider().count("jwks")).isEqualTo(2);
  }

  @Test
  @RpCase("oidcc-client-test-signing-key-rotation-just-before-signing")
  void keysThatChangeWithinALoginAreFetchedAgain() {
    world.alice().logsIn();
    var bob = world.browser("bob");
    bob.startsLogin(bob.tab(), "/");
    world.clock().advance(BETWEEN_KEY_FETCHES);
    world.provider().rotatesKeys();
    bob.finishesLogin(bob.tab(), bob.tab().page()).answers(200);
    assertThat(bob.isLoggedIn()).isTrue();
    assertThat(world.provider().count("jwks")).isEqualTo(2);
  }
}
