package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.world.World;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Of those who have the secret, only a trusted proxy may ask.
class VerifyElsewhereTest {
  @RegisterExtension
  final World world =
      new World(config -> config.trustedProxies("10.0.0.0/8").verify(VerifyTest.SECRET));

  @Test
  @Proves("PX-10")
  void theSecretAloneIsNotEnough() {
    var answer = VerifyTest.asksWithTheSecret(world.alice().logsIn()).refuses(403, "forbidden");
    assertThat(answer.headers().contains("Authorization")).isFalse();
  }
}
