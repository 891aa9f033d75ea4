package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.world.World;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Where nobody asked for it, a frame logs nobody out.
class FrontChannelLogoutOffTest {
  @RegisterExtension final World world = new World();

  @Test
  @Proves("FCL-05")
  void itIsOffByDefault() {
    world.provider().spoilsIdTokens(draft -> draft.claim("sid", "first"));
    var alice = world.alice().logsIn();
    var issuer = URLEncoder.encode(world.provider().issuer(), StandardCharsets.UTF_8);
    alice
        .fetches("/auth/frontchannel-logout?sid=first&iss=" + issuer)
        .refuses(404, "no_such_route");
    assertThat(alice.isLoggedIn()).isTrue();
  }
}
