package dev.cloakroom.wire;

import static dev.cloakroom.wire.RouteSketch.route;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import dev.cloakroom.upstream.HealthCheck;
import dev.cloakroom.world.RawUpstream;
import dev.cloakroom.world.Waiting;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Targets that are asked whether they are well.
class HealthChecksOnTheWireTest {
  private static final String GET = "GET /api/x HTTP/1.1\nHost: a\n\n";
  private static final HealthCheck CHECK =
      new HealthCheck("/healthz?deep", Duration.ofSeconds(10), Duration.ofSeconds(2));
  private static final String WELL = "HTTP/1.1 200 OK\nContent-Length: 2\n\nok";
  private static final String ILL = "HTTP/1.1 503 Service Unavailable\nContent-Length: 2\n\nno";
  private static final String SILENT = "";

  private final AtomicReference<String> says = new AtomicReference<>(WELL);
  private final RawUpstream target =
      RawUpstream.plays(
          line -> {
            for (var seen = line.readsRequest(); seen != null; seen = line.readsRequest()) {
              line.says(seen.target().startsWith("/healthz") ? says.get() : WELL);
            }
          });
  private final RawUpstream other = RawUpstream.ok();
  private final Relay relay = Relay.with(route("/api/**", target.uri(), other.uri()).checks(CHECK));

  @AfterEach
  void close() {
    relay.close();
    target.close();
    other.close();
  }

  /// One round of checks that both targets hear of.
  private Future<Void> round() {
    var ended = relay.checks();
    assertThat(target.received().target()).isEqualTo("/healthz?deep");
    assertThat(other.received().target()).isEqualTo("/healthz?deep");
    return ended;
  }

  private void rounds(int count) {
    for (var i = 0; i < count; i++) {
      relay.clock.advance(Duration.ofSeconds(10));
      Waiting.on(round());
    }
  }

  private void calls(int count) {
    for (var i = 0; i < count; i++) {
      try (var client = relay.client().sends(GET)) {
        assertThat(client.answer().status()).isEqualTo(200);
      }
      relay.settles();
    }
  }

  @Test
  @Proves("PX-27")
  void aTargetThatSaysItIsIllGetsNoCallsUntilItSaysItIsWell() {
    says.set(ILL);
    rounds(2);
    assertThat(relay.events.of(Event.UpstreamAway.class))
        .containsExactly(new Event.UpstreamAway(target.uri().toString(), "unhealthy"));
    calls(4);
    assertThat(target.waiting()).isZero();
    assertThat(other.waiting()).isEqualTo(4);
    says.set(WELL);
    for (var i = 0; i < 4; i++) {
      var _ = other.received();
    }
    rounds(1);
    assertThat(relay.events.of(Event.UpstreamBack.class))
        .containsExactly(new Event.UpstreamBack(target.uri().toString()));
    calls(4);
    assertThat(target.waiting()).isEqualTo(2);
  }

  @Test
  @Proves("PX-27")
  void noAnswerInTimeIsANo() {
    says.set(SILENT);
    try (var alone = Relay.with(route("/api/**", target.uri()).checks(CHECK))) {
      for (var i = 0; i < 2; i++) {
        alone.clock.advance(Duration.ofSeconds(10));
        var ended = alone.checks();
        assertThat(target.received().target()).isEqualTo("/healthz?deep");
        alone.clock.advance(Duration.ofMillis(1999));
        var _ = alone.checks();
        alone.settles();
        assertThat(ended.isComplete()).isFalse();
        alone.clock.advance(Duration.ofMillis(1));
        var _ = alone.checks();
        Waiting.on(ended);
      }
      assertThat(alone.events.of(Event.UpstreamAway.class)).hasSize(1);
    }
  }

  @Test
  @Proves("PX-27")
  void aTargetThatTakesNoConnectionIsIll() {
    target.refuses();
    for (var i = 0; i < 2; i++) {
      relay.clock.advance(Duration.ofSeconds(10));
      Waiting.on(relay.checks());
      assertThat(other.received().target()).isEqualTo("/healthz?deep");
    }
    assertThat(relay.events.of(Event.UpstreamAway.class)).hasSize(1);
    calls(4);
    assertThat(relay.events.of(Event.UpstreamRetried.class)).isEmpty();
  }

  @Test
  void checksComeAtTheirInterval() {
    rounds(1);
    relay.clock.advance(Duration.ofMillis(9999));
    Waiting.on(relay.checks());
    assertThat(target.waiting()).isZero();
    relay.clock.advance(Duration.ofMillis(1));
    Waiting.on(round());
  }

  @Test
  @Proves("OPS-09")
  void aClockThatIsSetBackStopsNoChecks() {
    rounds(1);
    relay.clock.advance(Duration.ofHours(-1));
    Waiting.on(round());
    Waiting.on(relay.checks());
    assertThat(target.waiting()).isZero();
    rounds(1);
  }

  @Test
  @Proves("OPS-09")
  void aCheckUnderWayEndsInTimeThoughTheClockIsSetBack() {
    says.set(SILENT);
    try (var alone = Relay.with(route("/api/**", target.uri()).checks(CHECK))) {
      alone.clock.advance(Duration.ofSeconds(10));
      var ended = alone.checks();
      assertThat(target.received().target()).isEqualTo("/healthz?deep");
      alone.clock.advance(Duration.ofHours(-1));
      var _ = alone.checks();
      alone.settles();
      assertThat(ended.isComplete()).isFalse();
      alone.clock.advance(Duration.ofSeconds(2));
      var _ = alone.checks();
      Waiting.on(ended);
    }
  }

  @Test
  @Proves("PX-11")
  void aCheckCarriesNoCredentials() {
    Waiting.on(relay.checks());
    var seen = target.received();
    assertThat(seen.names()).containsExactlyInAnyOrder("host", "user-agent", "connection");
    assertThat(seen.value("Host")).isEqualTo("127.0.0.1:" + target.port());
  }

  /// Where there is no other target, a bad one is better than none.
  @Test
  @Proves("PX-27")
  void theOnlyTargetGetsItsCallsWhateverItSays() {
    says.set(ILL);
    try (var alone = Relay.with(route("/api/**", target.uri()).checks(CHECK))) {
      for (var i = 0; i < 2; i++) {
        alone.clock.advance(Duration.ofSeconds(10));
        Waiting.on(alone.checks());
      }
      assertThat(alone.events.of(Event.UpstreamAway.class)).hasSize(1);
      try (var client = alone.client().sends(GET)) {
        assertThat(client.answer().status()).isEqualTo(200);
      }
    }
  }
}
