package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import dev.cloakroom.world.World;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The provider is away, is somebody else, or cannot do what is asked of it.
class ProviderOutageTest {
  @RegisterExtension final World world = new World();

  @Test
  @Proves({"DISC-03", "ERR-06"})
  @Case("T105")
  void aProviderThatIsDownAtStartDelaysLoginsOnly() {
    world.provider().goesDown();
    world.restarts();
    var alice = world.alice();
    var page = alice.navigates("/auth/login").shows(503, "provider_unavailable");
    assertThat(page.header("Retry-After")).matches("\\d+");
    alice.fetches("/public/news").answers(200);
    alice.navigates("/").answers(200);
    world.provider().comesBack();
    world.clock().advance(Duration.ofSeconds(30));
    alice.logsIn();
  }

  @Test
  @Case("T106")
  void aProviderThatGoesDownLaterLeavesSessionsAlone() {
    var alice = world.alice().logsIn();
    world.provider().goesDown();
    alice.fetches("/api/orders").answers(200);
    assertThat(alice.isLoggedIn()).isTrue();
    world.provider().comesBack();
  }

  @Test
  @Proves("DISC-01")
  void anotherIssuerInTheMetadataStopsBeforeTheLogin() {
    world
        .provider()
        .spoilsMetadata(metadata -> metadata.put("issuer", metadata.getString("issuer") + "/"));
    world.restarts();
    var page = world.alice().navigates("/auth/login");
    assertThat(page.status()).isIn(502, 503);
    assertThat(world.provider().count("authorize")).isZero();
  }

  @Test
  @Proves({"PKCE-02", "PKCE-05"})
  void aProviderWithoutS256IsNotUsed() {
    world
        .provider()
        .spoilsMetadata(
            metadata -> metadata.put("code_challenge_methods_supported", List.of("plain")));
    world.restarts();
    var page = world.alice().navigates("/auth/login");
    assertThat(page.status()).isIn(502, 503);
    assertThat(world.provider().count("authorize")).isZero();
  }

  @Test
  @Proves("DISC-04")
  void endpointsOffLoopbackWithoutTlsAreRefused() {
    world
        .provider()
        .spoilsMetadata(metadata -> metadata.put("token_endpoint", "http://169.254.169.254/token"));
    world.restarts();
    var page = world.alice().navigates("/auth/login");
    assertThat(page.status()).isIn(502, 503);
  }

  @Test
  @Proves({"JWKS-01", "DISC-02"})
  void newKeysAreFetchedWhenATokenNamesThem() {
    world.alice().logsIn();
    world.provider().rotatesKeys();
    world.clock().advance(Duration.ofMinutes(2));
    world.browser("bob").logsIn();
    assertThat(world.provider().count("jwks")).isEqualTo(2);
  }

  @Test
  @Proves("JWKS-02")
  @Case("T38")
  void unknownKeysDoNotMakeAStormOfFetches() {
    world
        .provider()
        .spoilsIdTokens(
            draft -> draft.signed(dev.cloakroom.world.ProviderKeys.Signing.UNKNOWN_KID));
    for (int i = 0; i < 10; i++) {
      var browser = world.browser("mallory");
      browser.startsLogin(browser.tab(), "/");
      browser.finishesLogin(browser.tab(), browser.tab().page()).answers(400);
    }
    assertThat(world.provider().count("jwks")).isLessThanOrEqualTo(2);
  }
}
