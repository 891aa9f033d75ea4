package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.world.World;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Without a secret nobody may ask.
class VerifyOffTest {
  @RegisterExtension final World world = new World(config -> config.trustedProxies("127.0.0.1"));

  @Test
  @Proves("PX-10")
  void itIsOffUnlessConfigured() {
    var answer = VerifyTest.asksWithTheSecret(world.alice().logsIn()).refuses(404, "no_such_route");
    assertThat(answer.headers().contains("Authorization")).isFalse();
  }
}
