package dev.cloakroom.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.world.Over;
import dev.cloakroom.world.RawClient;
import dev.cloakroom.world.RawHttp2;
import dev.cloakroom.world.Waiting;
import dev.cloakroom.world.World;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// `server.limits.connections`, before a connection has said what it wants.
@ParameterizedClass
@EnumSource
class CrowdsTest {
  private static final int LOOPS = Math.min(32, Runtime.getRuntime().availableProcessors());

  private final Over over;
  @RegisterExtension final World world;

  CrowdsTest(Over over) {
    this.over = over;
    this.world = new World(config -> over.set(config).connections(LOOPS));
  }

  /// Every event loop has room for one, and they take turns.
  @Test
  @Proves({"PX-16", "PX-17"})
  void whoSaysHalfAPrefaceTakesAPlaceTillItLeaves() {
    List<RawHttp2> inside = new ArrayList<>();
    for (var i = 0; i < LOOPS; i++) {
      inside.add(over.reaches(world).sends("PRI * HTTP".getBytes(US_ASCII)));
    }
    for (var i = 0; i < LOOPS; i++) {
      assertThat(isServed()).isFalse();
    }
    inside.forEach(RawHttp2::close);
    Waiting.until("room again", this::isServed);
  }

  /// Over TLS it is not even known then that it speaks TLS.
  @Test
  @Proves({"PX-16", "PX-17"})
  void whoSaysNothingAtAllTakesAPlaceTillItLeaves() {
    List<RawHttp2> inside = new ArrayList<>();
    for (var i = 0; i < LOOPS; i++) {
      inside.add(RawHttp2.clearText(world.gateway().port()));
    }
    for (var i = 0; i < LOOPS; i++) {
      assertThat(isServed()).isFalse();
    }
    inside.forEach(RawHttp2::close);
    Waiting.until("room again", this::isServed);
  }

  @Test
  @Proves("PX-16")
  void aHandshakeThatFailsLeavesItsPlace() {
    for (var i = 0; i < 3 * LOOPS; i++) {
      try (var odd = RawClient.to(world.gateway().port())) {
        odd.sendsExactly("no such thing\r\n\r\n");
        odd.readsToTheEnd();
      } catch (UncheckedIOException turnedAway) {
        assertThat(turnedAway).hasCauseInstanceOf(SocketException.class);
      }
    }
    Waiting.until("room again", this::isServed);
  }

  private boolean isServed() {
    try (var next = over.connects(world)) {
      return next.next() != null; // the gateway's settings
    } catch (UncheckedIOException closed) {
      return false;
    }
  }
}
