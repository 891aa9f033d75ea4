package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.world.RawUpstream;
import dev.cloakroom.world.RouteDraft;
import dev.cloakroom.world.World;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// An upstream in trouble is its own callers' trouble.
class UpstreamOutageTest {
  private static final int CALLS = 40;

  private final RawUpstream dead = RawUpstream.ok().refuses();
  private final RawUpstream hanging =
      RawUpstream.plays(
          line -> {
            while (line.readsRequest() != null) {
              // and says nothing
            }
          });

  @RegisterExtension
  final World world =
      new World(
          config ->
              config
                  .route(new RouteDraft("/dead/**").upstream(dead.uri()))
                  .route(new RouteDraft("/hang/**").upstream(hanging.uri())));

  @AfterEach
  void close() {
    dead.close();
    hanging.close();
  }

  @Test
  @Proves({"PX-27", "ERR-06"})
  void aDeadOneIsSoonRefusedWithoutBeingAsked() {
    var alice = world.alice().logsIn();
    for (var i = 0; i < 5; i++) {
      alice.fetches("/dead/x").refuses(502, "upstream_unreachable");
    }
    var refused = alice.fetches("/dead/x").refuses(503, "upstream_overloaded");
    assertThat(refused.headers().get("Retry-After")).isEqualTo("1");
    alice.fetches("/api/orders").answers(200);
    assertThat(alice.isLoggedIn()).isTrue();
  }

  @Test
  @Proves("PX-27")
  void aHangingOneHoldsUpNeitherAnotherRouteNorALogin() {
    var alice = world.alice().logsIn();
    for (var i = 0; i < CALLS; i++) {
      var _ = alice.startsFetching("/hang/x");
    }
    for (var i = 0; i < CALLS; i++) {
      assertThat(hanging.received().method()).isEqualTo("GET");
    }
    alice.fetches("/api/orders").answers(200);
    assertThat(world.alice().logsIn().isLoggedIn()).isTrue();
  }
}
