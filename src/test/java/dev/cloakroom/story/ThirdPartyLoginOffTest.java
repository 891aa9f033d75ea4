package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.world.World;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Nobody has allowed that other sites start a login.
class ThirdPartyLoginOffTest {
  @RegisterExtension final World world = new World();

  @Test
  @Proves("AZ-09")
  void whatAnotherSiteSaysDoesNotCount() {
    var alice = world.alice();
    var target = world.url() + "/orders";
    alice
        .tab()
        .postsAcross(
            "http://portal.example",
            "/auth/login",
            "application/x-www-form-urlencoded",
            "iss=" + world.provider().issuer())
        .shows(405, "method_not_allowed");
    var page =
        alice
            .tab()
            .isSentFrom(
                "http://portal.example",
                "/auth/login?iss=https://evil.test&target_link_uri=" + target);
    var back = alice.finishesLogin(alice.tab(), page).answers(200);
    assertThat(back.uri().toString()).isEqualTo(world.url() + "/");
  }
}
