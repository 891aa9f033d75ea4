package dev.cloakroom.wire;

import static dev.cloakroom.wire.RouteSketch.route;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import dev.cloakroom.proxy.Forwarded;
import dev.cloakroom.upstream.UpstreamSettings;
import dev.cloakroom.world.RawClient;
import dev.cloakroom.world.RawUpstream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Several targets: who gets a call, who is left out, and what goes out again.
class BalanceOnTheWireTest {
  private static final String GET = "GET /api/x HTTP/1.1\nHost: a\n\n";
  private static final String POST = "POST /api/x HTTP/1.1\nHost: a\nContent-Length: 2\n\nhi";
  private static final String OK = "HTTP/1.1 200 OK\nContent-Length: 2\n\nok";

  private static RawUpstream resetting() {
    return RawUpstream.plays(
        line -> {
          var _ = line.readsRequest();
          line.resets();
        });
  }

  private static RawUpstream holding(CountDownLatch go) {
    return RawUpstream.plays(
        line -> {
          while (line.readsRequest() != null) {
            Gate.await(go);
            line.says(OK);
          }
        });
  }

  private static int calls(Relay relay, String request) {
    try (var client = relay.client().sends(request)) {
      var status = client.answer().status();
      relay.settles();
      return status;
    }
  }

  // -- who gets a call

  @Test
  @Proves("PX-27")
  void aCallGoesWhereTheFewestAreUnderWay() {
    var go = new CountDownLatch(1);
    try (var slow = holding(go);
        var quick = RawUpstream.ok();
        var relay = Relay.with(route("/api/**", slow.uri(), quick.uri()));
        var first = relay.client();
        var second = relay.client()) {
      first.sends(GET);
      second.sends(GET);
      assertThat(slow.received().method()).isEqualTo("GET");
      for (var i = 0; i < 5; i++) {
        assertThat(calls(relay, GET)).isEqualTo(200);
      }
      assertThat(quick.waiting()).isEqualTo(6);
      go.countDown();
    }
  }

  @Test
  void eachTargetHasABasePathOfItsOwn() {
    try (var one = RawUpstream.ok();
        var two = RawUpstream.ok();
        var relay =
            Relay.with(
                route("/api/**", URI.create(one.uri() + "/v1"), URI.create(two.uri() + "/v2/")))) {
      assertThat(calls(relay, GET)).isEqualTo(200);
      assertThat(calls(relay, GET)).isEqualTo(200);
      assertThat(one.received().target()).isEqualTo("/v1/api/x");
      assertThat(two.received().target()).isEqualTo("/v2/api/x");
    }
  }

  // -- who is left out

  /// Whatever the method: the call has not gone out.
  @ParameterizedTest
  @ValueSource(strings = {GET, POST})
  @Proves({"PX-22", "PX-27"})
  void aTargetThatTakesNoConnectionCostsNoCall(String request) {
    try (var dead = RawUpstream.ok().refuses();
        var alive = RawUpstream.ok();
        var relay = Relay.with(route("/api/**", dead.uri(), alive.uri()))) {
      for (var i = 0; i < 20; i++) {
        assertThat(calls(relay, request)).isEqualTo(200);
      }
      assertThat(alive.waiting()).isEqualTo(20);
      assertThat(relay.events.of(Event.UpstreamFailed.class)).isEmpty();
      assertThat(relay.events.of(Event.UpstreamRetried.class)).hasSize(5);
      assertThat(relay.events.of(Event.UpstreamAway.class))
          .containsExactly(new Event.UpstreamAway(dead.uri().toString(), "unreachable"));
    }
  }

  @Test
  @Proves("PX-27")
  void aTargetThatIsBackIsFoundByOneProbe() {
    try (var target = RawUpstream.ok();
        var alive = RawUpstream.ok();
        var relay = Relay.with(route("/api/**", target.uri(), alive.uri()))) {
      target.refuses();
      for (var i = 0; i < 12; i++) {
        assertThat(calls(relay, GET)).isEqualTo(200);
      }
      assertThat(relay.events.of(Event.UpstreamAway.class)).hasSize(1);
      relay.clock.advance(Duration.ofSeconds(1));
      assertThat(calls(relay, GET)).isEqualTo(200); // the probe, in vain
      assertThat(relay.events.of(Event.UpstreamRetried.class)).hasSize(6);
      target.listensAgain();
      relay.clock.advance(Duration.ofMillis(1999));
      assertThat(calls(relay, GET)).isEqualTo(200);
      assertThat(relay.events.of(Event.UpstreamBack.class)).isEmpty();
      relay.clock.advance(Duration.ofMillis(1));
      assertThat(calls(relay, GET)).isEqualTo(200);
      assertThat(relay.events.of(Event.UpstreamBack.class))
          .containsExactly(new Event.UpstreamBack(target.uri().toString()));
      assertThat(target.waiting()).isEqualTo(1);
    }
  }

  @Test
  @Proves({"PX-27", "OPS-09"})
  void aClockThatIsSetBackKeepsNoTargetAway() {
    try (var target = RawUpstream.ok();
        var relay = Relay.with(route("/api/**", target.uri()))) {
      target.refuses();
      for (var i = 0; i < 5; i++) {
        assertThat(calls(relay, GET)).isEqualTo(502);
      }
      target.listensAgain();
      assertThat(calls(relay, GET)).isEqualTo(503);
      relay.clock.advance(Duration.ofHours(-1));
      assertThat(calls(relay, GET)).isEqualTo(200);
    }
  }

  /// How long it has idled nobody knows then, and a call that must not be repeated goes nowhere
  /// where nobody may listen any more.
  @Test
  @Proves("OPS-09")
  void aClockThatIsSetBackLeavesNoIdleConnection() {
    var connections = new AtomicInteger();
    try (var target =
            RawUpstream.plays(
                line -> {
                  connections.incrementAndGet();
                  while (line.readsRequest() != null) {
                    line.says(OK);
                  }
                });
        var relay = Relay.with(route("/api/**", target.uri()))) {
      assertThat(calls(relay, POST)).isEqualTo(200);
      assertThat(calls(relay, POST)).isEqualTo(200);
      assertThat(connections).hasValue(1);
      relay.clock.advance(Duration.ofHours(-1));
      assertThat(calls(relay, POST)).isEqualTo(200);
      assertThat(connections).hasValue(2);
    }
  }

  @Test
  @Proves("PX-27")
  void aTargetThatAnswersNothingInTimeIsLeftOut() {
    try (var silent =
            RawUpstream.plays(
                line -> {
                  var _ = line.readsRequest();
                  var _ = line.readsToTheEnd();
                });
        var alive = RawUpstream.ok();
        var relay =
            Relay.with(
                route("/alone/**", silent.uri()), route("/api/**", silent.uri(), alive.uri()))) {
      var clients = new ArrayList<RawClient>();
      for (var i = 0; i < 5; i++) {
        clients.add(relay.client().sends("GET /alone/x HTTP/1.1\nHost: a\n\n"));
        assertThat(silent.received().method()).isEqualTo("GET");
      }
      relay.settles();
      relay.clock.advance(Duration.ofSeconds(31));
      for (var client : clients) {
        assertThat(relay.outcome()).isInstanceOf(Forwarded.TimedOutUnanswered.class);
        client.close();
      }
      assertThat(relay.events.of(Event.UpstreamAway.class))
          .containsExactly(new Event.UpstreamAway(silent.uri().toString(), "failing"));
      for (var i = 0; i < 6; i++) {
        assertThat(calls(relay, GET)).isEqualTo(200);
      }
      assertThat(alive.waiting()).isEqualTo(6);
    }
  }

  /// A bad answer is better than none.
  @Test
  @Proves("PX-27")
  void whenAllFailAllTakePart() {
    try (var one = resetting();
        var two = resetting();
        var relay = Relay.with(route("/api/**", one.uri(), two.uri()))) {
      for (var i = 0; i < 10; i++) {
        assertThat(calls(relay, POST)).isEqualTo(502);
      }
      assertThat(relay.events.of(Event.UpstreamAway.class)).hasSize(2);
      for (var i = 0; i < 4; i++) {
        assertThat(calls(relay, POST)).isEqualTo(502);
      }
      assertThat(one.waiting() + two.waiting()).isEqualTo(14);
    }
  }

  // -- the circuit

  @Test
  @Proves("PX-27")
  void aDeadUpstreamIsAskedNoMoreForAWhile() {
    try (var target = RawUpstream.ok();
        var relay = Relay.with(route("/api/**", target.uri()))) {
      target.refuses();
      for (var i = 0; i < 5; i++) {
        assertThat(calls(relay, GET)).isEqualTo(502);
        assertThat(relay.outcome()).isInstanceOf(Forwarded.UnreachableUnanswered.class);
      }
      target.listensAgain();
      assertThat(calls(relay, GET)).isEqualTo(503);
      assertThat(relay.outcome()).isEqualTo(new Forwarded.CutOffUnanswered(Duration.ofSeconds(1)));
      assertThat(target.connections()).isZero();
      relay.clock.advance(Duration.ofSeconds(1));
      assertThat(calls(relay, GET)).isEqualTo(200);
      assertThat(calls(relay, GET)).isEqualTo(200);
      assertThat(relay.events.of(Event.UpstreamAway.class)).hasSize(1);
      assertThat(relay.events.of(Event.UpstreamBack.class)).hasSize(1);
    }
  }

  @Test
  @Proves("PX-27")
  void oneCallAtATimeFindsOutWhetherItIsBack() {
    var go = new CountDownLatch(1);
    try (var target = holding(go);
        var relay = Relay.with(route("/api/**", target.uri()))) {
      target.refuses();
      for (var i = 0; i < 5; i++) {
        assertThat(calls(relay, GET)).isEqualTo(502);
      }
      target.listensAgain();
      relay.clock.advance(Duration.ofSeconds(1));
      try (var probe = relay.client().sends(GET)) {
        assertThat(target.received().method()).isEqualTo("GET");
        assertThat(calls(relay, GET)).isEqualTo(503);
        go.countDown();
        assertThat(probe.answer().status()).isEqualTo(200);
      }
      assertThat(calls(relay, GET)).isEqualTo(200);
    }
  }

  /// Neither its pool nor its queue is anybody else's.
  @Test
  @Proves("PX-27")
  void anUpstreamThatHangsHoldsUpNoOtherRoute() {
    try (var hanging =
            RawUpstream.plays(
                line -> {
                  var _ = line.readsToTheEnd();
                });
        var quick = RawUpstream.ok();
        var relay =
            Relay.with(
                new UpstreamSettings(2, 2, Duration.ofSeconds(30)),
                route("/api/**", quick.uri()),
                route("/hang/**", hanging.uri()))) {
      var waiting = new ArrayList<RawClient>();
      for (var i = 0; i < 4; i++) {
        waiting.add(relay.client().sends("GET /hang/x HTTP/1.1\nHost: a\n\n"));
      }
      relay.hasSeen(4);
      assertThat(calls(relay, "GET /hang/x HTTP/1.1\nHost: a\n\n")).isEqualTo(503);
      for (var i = 0; i < 10; i++) {
        assertThat(calls(relay, GET)).isEqualTo(200);
      }
      waiting.forEach(RawClient::close);
    }
  }

  // -- what goes out again

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
  @Proves("PX-22")
  void anIdempotentCallThatWasBrokenOffGoesElsewhereOnce(String method) {
    try (var broken = resetting();
        var alive = RawUpstream.ok();
        var relay = Relay.with(route("/api/**", broken.uri(), alive.uri()));
        var client = relay.client()) {
      for (var i = 0; i < 2; i++) {
        client.sends(method + " /api/x HTTP/1.1\nHost: a\n\n");
        var answer = method.equals("HEAD") ? client.answerToHead() : client.answer();
        assertThat(answer.status()).isEqualTo(200);
      }
      assertThat(broken.waiting()).isEqualTo(1);
      assertThat(alive.waiting()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        POST,
        "PATCH /api/x HTTP/1.1\nHost: a\nContent-Length: 0\n\n",
        "PUT /api/x HTTP/1.1\nHost: a\nContent-Length: 2\n\nhi",
        "PUT /api/x HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n2\nhi\n0\n\n",
      })
  @Proves("PX-22")
  void whatMayHaveHadAnEffectOrIsGoneDoesNot(String request) {
    try (var broken = resetting();
        var other = resetting();
        var relay = Relay.with(route("/api/**", broken.uri(), other.uri()))) {
      assertThat(calls(relay, request)).isEqualTo(502);
      assertThat(broken.waiting() + other.waiting()).isEqualTo(1);
      assertThat(relay.events.of(Event.UpstreamRetried.class)).isEmpty();
    }
  }

  @Test
  @Proves("PX-22")
  void aBodyThatIsKeptGoesElsewhereWhole() {
    try (var broken = resetting();
        var alive = RawUpstream.ok();
        var relay = Relay.with(route("/api/**", broken.uri(), alive.uri()).replays(16))) {
      for (var i = 0; i < 2; i++) {
        assertThat(calls(relay, "PUT /api/x HTTP/1.1\nHost: a\nContent-Length: 2\n\nhi"))
            .isEqualTo(200);
      }
      assertThat(alive.received().text()).isEqualTo("hi");
      assertThat(alive.received().text()).isEqualTo("hi");
      assertThat(broken.waiting()).isEqualTo(1);
    }
  }

  /// A call that kills whoever reads it must not go round.
  @Test
  @Proves("PX-22")
  void aCallThatWasBrokenOffTwiceIsGivenUp() {
    try (var one = resetting();
        var two = resetting();
        var three = resetting();
        var relay = Relay.with(route("/api/**", one.uri(), two.uri(), three.uri()))) {
      assertThat(calls(relay, GET)).isEqualTo(502);
      assertThat(one.waiting() + two.waiting() + three.waiting()).isEqualTo(2);
    }
  }

  @Test
  @Proves("PX-22")
  void anAnswerThatHasBegunIsNotAskedForAgain() {
    try (var one = beginning();
        var two = beginning();
        var relay = Relay.with(route("/api/**", one.uri(), two.uri()));
        var client = relay.client().sends(GET)) {
      client.head();
      assertThat(relay.outcome()).isInstanceOf(Forwarded.Aborted.class);
      assertThat(one.waiting() + two.waiting()).isEqualTo(1);
    }
  }

  private static RawUpstream beginning() {
    return RawUpstream.plays(
        line -> {
          var _ = line.readsRequest();
          line.says("HTTP/1.1 200 OK\nContent-Length: 100000\n\nhello");
        });
  }

  @Test
  @Proves("PX-22")
  void retriesHaveABudget() {
    try (var one = resetting();
        var two = resetting();
        var relay = Relay.with(route("/api/**", one.uri(), two.uri()))) {
      for (var i = 0; i < 40; i++) {
        assertThat(calls(relay, GET)).isEqualTo(502);
      }
      assertThat(relay.events.of(Event.UpstreamRetried.class)).hasSize(10 + 4);
      relay.clock.advance(Duration.ofSeconds(2));
      for (var i = 0; i < 5; i++) {
        assertThat(calls(relay, GET)).isEqualTo(502);
      }
      assertThat(relay.events.of(Event.UpstreamRetried.class)).hasSize(10 + 4 + 2);
    }
  }
}
