package dev.cloakroom.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import dev.cloakroom.world.RawClient;
import dev.cloakroom.world.Waiting;
import dev.cloakroom.world.World;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Clients that leave in the middle of what they say. None of it is a fault of the gateway: a world
/// fails where one was told of.
class LeaversTest {
  @RegisterExtension final World world = new World(config -> config.h2c());

  @ParameterizedTest
  @CsvSource({
    "GET /public/x HTTP/1.1~Host: local, true",
    "GET /public/x HTTP/1.1~Host: local, false",
    "POST /auth/callback HTTP/1.1~Content-Le, true",
    "PRI * HTTP/2.0~~XX, false"
  })
  @Proves("PX-16")
  @Case("T94")
  void halfAHeadIsNoFault(String half, boolean reset) {
    try (var client = RawClient.to(world.gateway().port())) {
      client.sendsExactly(half.replace("~", "\r\n"));
      if (reset) {
        client.resets();
      }
    }
    Waiting.until("it was noticed", () -> !world.events(Event.RequestServed.class).isEmpty());
    assertThat(world.events(Event.RequestServed.class))
        .singleElement()
        .returns("none", Event.RequestServed::route);
    assertThat(world.upstream().calls()).isEmpty();
  }
}
