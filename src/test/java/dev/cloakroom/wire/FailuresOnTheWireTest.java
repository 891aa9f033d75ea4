package dev.cloakroom.wire;

import static dev.cloakroom.wire.RouteSketch.route;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import dev.cloakroom.proxy.Credential;
import dev.cloakroom.proxy.Forwarded;
import dev.cloakroom.upstream.UpstreamSettings;
import dev.cloakroom.world.RawUpstream;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the gateway does when an upstream fails it, and what it tries again.
class FailuresOnTheWireTest {
  private RawUpstream upstream = RawUpstream.ok();
  private Relay relay = open();

  private Relay open() {
    return Relay.with(
        route("/api/**", upstream.uri()), route("/replay/**", upstream.uri()).replays(8));
  }

  private void plays(RawUpstream.Script script) {
    close();
    upstream = RawUpstream.plays(script);
    relay = open();
  }

  @AfterEach
  void close() {
    relay.close();
    upstream.close();
  }

  private static final String GET = "GET /api/x HTTP/1.1\nHost: a\n\n";
  private static final String POST = "POST /api/x HTTP/1.1\nHost: a\nContent-Length: 2\n\nhi";
  private static final String OK = "HTTP/1.1 200 OK\nContent-Length: 2\n\nok";
  private static final String REFUSED =
      """
      HTTP/1.1 401 Unauthorized
      WWW-Authenticate: Bearer realm="x", error="invalid_token"
      Content-Length: 2

      no""";

  @Test
  @Proves("PX-27")
  @Case("T116")
  void aDeadUpstreamIs502AndIsTold() {
    upstream.close();
    try (var client = relay.client().sends(GET)) {
      assertThat(client.answer().status()).isEqualTo(502);
    }
    assertThat(relay.outcome()).isInstanceOf(Forwarded.UnreachableUnanswered.class);
    assertThat(relay.events.of(Event.UpstreamFailed.class))
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.upstream()).isEqualTo(upstream.uri().toString());
              assertThat(event.traceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
            });
  }

  @Test
  @Proves("PX-17")
  void aCallHasAnEndWhereTheRouteSaysSoAndAStreamOfEventsHasNone() {
    var over = new CountDownLatch(1);
    plays(
        line -> {
          var events = Objects.requireNonNull(line.readsRequest()).target().endsWith("events");
          line.says(
              "HTTP/1.1 200 OK\n"
                  + (events ? "Content-Type: text/event-stream\n" : "")
                  + "Transfer-Encoding: chunked\n\n1\nx\n");
          if (events) {
            Gate.await(over);
            line.says("1\ny\n0\n\n");
          }
          var _ = line.readsToTheEnd();
        });
    relay.close();
    relay = Relay.with(route("/api/**", upstream.uri()).endsAfter(Duration.ofSeconds(50)));
    try (var events = relay.client().sends("GET /api/events HTTP/1.1\nHost: a\n\n");
        var client = relay.client().sends(GET)) {
      events.head();
      events.reads(6);
      client.head();
      client.reads(6);
      relay.clock.advance(Duration.ofSeconds(55));
      assertThat(relay.outcome()).isInstanceOf(Forwarded.Aborted.class);
      client.seesTheEnd();
      over.countDown();
      assertThat(events.readsText(11)).endsWith("0\r\n\r\n");
    }
  }

  @Test
  @Proves("PX-17")
  @Case("T116")
  void aSilentUpstreamIs504() {
    plays(
        line -> {
          var _ = line.readsRequest();
          var _ = line.readsToTheEnd();
        });
    try (var client = relay.client().sends(GET)) {
      assertThat(upstream.received().method()).isEqualTo("GET");
      assertThat(relay.outcomeAfter(Duration.ofSeconds(31)))
          .isInstanceOf(Forwarded.TimedOutUnanswered.class);
      assertThat(client.answer().status()).isEqualTo(504);
    }
  }

  @Test
  @Proves("PX-17")
  void anAnswerThatStallsIsCut() {
    plays(
        line -> {
          var _ = line.readsRequest();
          line.says("HTTP/1.1 200 OK\nContent-Length: 100000\n\nhello");
          var _ = line.readsToTheEnd();
        });
    try (var client = relay.client().sends(GET)) {
      client.head();
      client.reads(5);
      assertThat(relay.outcomeAfter(Duration.ofSeconds(61))).isInstanceOf(Forwarded.Aborted.class);
      client.seesTheEnd();
    }
  }

  /// T87: it times out alone.
  @ParameterizedTest
  @ValueSource(ints = {10, 100_000})
  @Proves("PX-17")
  @Case("T87")
  void aBrowserThatDoesNotSendItsBodyIs408(int length) {
    try (var client = relay.client();
        var other = relay.client()) {
      client.sends("GET /api/x HTTP/1.1\nHost: a\nContent-Length: " + length + "\n\nx");
      assertThat(other.sends(GET).answer().status()).isEqualTo(200);
      assertThat(relay.outcome()).isEqualTo(new Forwarded.Done(200));
      assertThat(relay.outcomeAfter(Duration.ofSeconds(61)))
          .isInstanceOf(Forwarded.StalledUnanswered.class);
      assertThat(client.answer().status()).isEqualTo(408);
    }
  }

  /// The upstream closes each connection after one answer, without saying so.
  private void closesKeptConnections(CountDownLatch closed) {
    var connections = new AtomicInteger();
    plays(
        line -> {
          var _ = line.readsRequest();
          line.says(OK);
          if (connections.incrementAndGet() == 1) {
            var _ = line.readsRequest();
            closed.countDown();
            line.resets();
          } else {
            while (line.readsRequest() != null) {
              line.says(OK);
            }
          }
        });
  }

  @Test
  @Proves("PX-22")
  void aGetOnAConnectionThatDiedGoesOutOnceMore() {
    var closed = new CountDownLatch(1);
    closesKeptConnections(closed);
    try (var client = relay.client()) {
      assertThat(client.sends(GET).answer().text()).isEqualTo("ok");
      assertThat(client.sends(GET).answer().text()).isEqualTo("ok");
      Gate.await(closed);
    }
    assertThat(upstream.connections()).isEqualTo(2);
  }

  @Test
  @Proves("PX-22")
  @Case("T116")
  void aPostOnAConnectionThatDiedDoesNot() {
    var closed = new CountDownLatch(1);
    closesKeptConnections(closed);
    try (var client = relay.client()) {
      assertThat(client.sends(GET).answer().text()).isEqualTo("ok");
      assertThat(client.sends(POST).answer().status()).isEqualTo(502);
      Gate.await(closed);
    }
    assertThat(upstream.connections()).isEqualTo(1);
  }

  @Test
  @Proves("PX-22")
  void aGetOnANewConnectionThatDiesIsNotTriedAgain() {
    plays(
        line -> {
          var _ = line.readsRequest();
          line.resets();
        });
    try (var client = relay.client().sends(GET)) {
      assertThat(client.answer().status()).isEqualTo(502);
    }
    assertThat(upstream.connections()).isEqualTo(1);
  }

  /// What cannot be sent twice does not go out on a connection that idled for long.
  @Test
  @Proves("PX-22")
  void aPostAvoidsConnectionsThatMayBeClosing() {
    try (var client = relay.client()) {
      assertThat(client.sends(POST).answer().text()).isEqualTo("ok");
      assertThat(client.sends(POST).answer().text()).isEqualTo("ok");
      assertThat(upstream.connections()).isEqualTo(1);
      assertThat(relay.outcome()).isEqualTo(new Forwarded.Done(200)); // the connection is back
      assertThat(relay.outcome()).isEqualTo(new Forwarded.Done(200));
      relay.clock.advance(Duration.ofSeconds(3));
      assertThat(client.sends(POST).answer().text()).isEqualTo("ok");
      assertThat(upstream.connections()).isEqualTo(2);
    }
  }

  // -- refused tokens

  /// A credential that can be renewed once, and counts how often it was asked.
  private static final class Renewable implements Credential {
    private final String token;
    private final AtomicInteger asked;

    Renewable(String token, AtomicInteger asked) {
      this.token = token;
      this.asked = asked;
    }

    @Override
    public String authorization() {
      return "Bearer " + token;
    }

    @Override
    public Future<Optional<Credential>> renew() {
      var next = asked.incrementAndGet();
      return Future.succeededFuture(Optional.of(new Renewable("renewed" + next, asked)));
    }
  }

  private AtomicInteger refusesTheFirstToken() {
    plays(
        line -> {
          for (var seen = line.readsRequest(); seen != null; seen = line.readsRequest()) {
            line.says(seen.value("Authorization").contains("renewed") ? OK : REFUSED);
          }
        });
    var asked = new AtomicInteger();
    relay.attaches(new Renewable("old", asked));
    return asked;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        GET,
        "POST /replay/x HTTP/1.1\nHost: a\nContent-Length: 8\n\n12345678",
        "POST /replay/x HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n4\nabcd\n4\nefgh\n0\n\n",
      })
  @Proves("RT-10")
  void aRefusedTokenIsRenewedAndTheCallReplayedOnce(String request) {
    var asked = refusesTheFirstToken();
    try (var client = relay.client().sends(request)) {
      assertThat(client.answer().text()).isEqualTo("ok");
    }
    assertThat(asked).hasValue(1);
    var first = upstream.received();
    var second = upstream.received();
    assertThat(second.value("Authorization")).isEqualTo("Bearer renewed1");
    assertThat(second.text()).isEqualTo(first.text());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        POST,
        "POST /replay/x HTTP/1.1\nHost: a\nContent-Length: 9\n\n123456789",
        "POST /replay/x HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n9\n123456789\n0\n\n",
      })
  @Proves("RT-10")
  void aBodyThatIsGoneIsNotReplayed(String request) {
    var asked = refusesTheFirstToken();
    try (var client = relay.client().sends(request)) {
      var seen = client.answer();
      assertThat(seen.status()).isEqualTo(401);
      assertThat(seen.text()).isEqualTo("no");
    }
    assertThat(asked).hasValue(0);
  }

  @Test
  @Proves("RT-10")
  void aTokenThatStaysRefusedIsTheBrowsersToKnow() {
    plays(
        line -> {
          while (line.readsRequest() != null) {
            line.says(REFUSED);
          }
        });
    var asked = new AtomicInteger();
    relay.attaches(new Renewable("old", asked));
    try (var client = relay.client().sends(GET)) {
      assertThat(client.answer().status()).isEqualTo(401);
    }
    assertThat(asked).hasValue(1);
  }

  @Test
  @Proves("WS-04")
  void aRefusedHandshakeIsTriedWithANewTokenOnce() {
    plays(
        line -> {
          var seen = line.readsRequest();
          if (seen != null) {
            line.says(
                seen.value("Authorization").contains("renewed")
                    ? "HTTP/1.1 101 Switching Protocols\nUpgrade: websocket\nConnection: Upgrade\n\n"
                    : REFUSED);
            var _ = line.readsToTheEnd();
          }
        });
    var asked = new AtomicInteger();
    relay.attaches(new Renewable("old", asked));
    try (var client = relay.client()) {
      client.sends(
          """
          GET /api/x HTTP/1.1
          Host: a
          Upgrade: websocket
          Connection: Upgrade
          Sec-WebSocket-Version: 13
          Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==

          """);
      assertThat(client.head().status()).isEqualTo(101);
    }
    assertThat(asked).hasValue(1);
  }

  @Test
  @Proves("RT-10")
  void another401PassesUntouched() {
    plays(
        line -> {
          while (line.readsRequest() != null) {
            line.says(
                "HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer error=\"insufficient_scope\"\nContent-Length: 0\n\n");
          }
        });
    var asked = new AtomicInteger();
    relay.attaches(new Renewable("old", asked));
    try (var client = relay.client().sends(GET)) {
      assertThat(client.answer().status()).isEqualTo(401);
    }
    assertThat(asked).hasValue(0);
  }

  // -- bounds of the pool

  @Test
  @Proves("PX-27")
  void aFullQueueIs503AndAFreedConnectionServesTheNext() {
    var go = new CountDownLatch(1);
    upstream.close();
    relay.close();
    upstream =
        RawUpstream.plays(
            line -> {
              while (line.readsRequest() != null) {
                Gate.await(go);
                line.says(OK);
              }
            });
    relay =
        Relay.with(
            new UpstreamSettings(1, 1, Duration.ofSeconds(30)), route("/api/**", upstream.uri()));
    try (var first = relay.client();
        var second = relay.client();
        var third = relay.client()) {
      first.sends(GET);
      assertThat(upstream.received().method()).isEqualTo("GET");
      second.sends(GET);
      relay.hasSeen(2);
      assertThat(third.sends(GET).answer().status()).isEqualTo(503);
      go.countDown();
      assertThat(first.answer().text()).isEqualTo("ok");
      assertThat(second.answer().text()).isEqualTo("ok");
    }
    assertThat(upstream.connections()).isEqualTo(1);
  }

  /// T89: what a broken upstream sends after the answer to HEAD is not the next caller's answer.
  @Test
  @Proves("PX-19")
  @Case("T89")
  void aBodyAfterTheAnswerToHeadIsNotGivenToWhoeverWaits() {
    var go = new CountDownLatch(1);
    upstream.close();
    relay.close();
    upstream =
        RawUpstream.plays(
            line -> {
              for (var seen = line.readsRequest(); seen != null; seen = line.readsRequest()) {
                if (seen.method().equals("HEAD")) {
                  Gate.await(go);
                  line.says(
                      """
                      HTTP/1.1 200 OK
                      Content-Length: 44

                      HTTP/1.1 200 OK
                      Content-Length: 6

                      poison""");
                } else {
                  line.says(OK);
                }
              }
            });
    relay =
        Relay.with(
            new UpstreamSettings(1, 1, Duration.ofSeconds(30)), route("/api/**", upstream.uri()));
    try (var first = relay.client();
        var second = relay.client()) {
      first.sends("HEAD /api/x HTTP/1.1\nHost: a\n\n");
      assertThat(upstream.received().method()).isEqualTo("HEAD");
      second.sends(GET);
      relay.hasSeen(2);
      go.countDown();
      assertThat(first.answerToHead().status()).isEqualTo(200);
      assertThat(second.answer().text()).isEqualTo("ok");
    }
  }

  @Test
  void targetsTakeTurns() {
    try (var other = RawUpstream.ok();
        var both = Relay.with(route("/api/**", upstream.uri(), other.uri()));
        var client = both.client()) {
      for (var i = 0; i < 4; i++) {
        assertThat(client.sends(GET).answer().status()).isEqualTo(200);
      }
      assertThat(upstream.waiting()).isEqualTo(2);
      assertThat(other.waiting()).isEqualTo(2);
    }
  }
}
