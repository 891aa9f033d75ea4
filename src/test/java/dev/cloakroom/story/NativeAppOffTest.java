package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.world.Headers;
import dev.cloakroom.world.Phone;
import dev.cloakroom.world.World;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Where no app is named there is nothing for apps.
class NativeAppOffTest {
  @RegisterExtension final World world = new World();

  @Test
  void thereIsNoLoginForApps() {
    var phone = world.phone("alice");
    phone.browser().navigates(Phone.address(phone.start())).shows(404, "no_such_route");
    phone.redeems(Map.of("code", "x")).refuses(404, "no_such_route");
    assertThat(world.provider().count("authorize")).isZero();
  }

  @Test
  void theFieldMeansNothing() {
    var alice = world.alice().logsIn();
    alice.fetches("/api/orders", "X-Cloakroom-Session", "x").answers(200);
    assertThat(world.upstream().last().headers().contains("X-Cloakroom-Session")).isFalse();
    var fields = Headers.of("X-Cloakroom-Session", alice.sessionValue());
    world
        .phone("bob")
        .send("GET", "/api/orders", fields, Optional.empty())
        .refuses(401, "login_required");
  }
}
