package dev.cloakroom.wire;

import static dev.cloakroom.wire.RouteSketch.route;
import static dev.cloakroom.world.RawHttp2.CANCEL;
import static dev.cloakroom.world.RawHttp2.END_STREAM;
import static dev.cloakroom.world.RawHttp2.INTERNAL_ERROR;
import static dev.cloakroom.world.RawHttp2.NO_ERROR;
import static dev.cloakroom.world.RawHttp2.REFUSED_STREAM;
import static dev.cloakroom.world.RawHttp2.filler;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloakroom.house.Proves;
import dev.cloakroom.proxy.Credential;
import dev.cloakroom.proxy.Forwarded;
import dev.cloakroom.world.RawClient;
import dev.cloakroom.world.RawHttp2;
import dev.cloakroom.world.RawHttp2Upstream;
import dev.cloakroom.world.Waiting;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Upstreams that are spoken to in HTTP/2: what they see in frames, and what becomes of what they
/// say.
class Http2ToTheUpstreamTest {
  private static final String GET = "GET /api/x?q=1 HTTP/1.1\nHost: app.example\n";
  private static final String POST = "POST /api/x HTTP/1.1\nHost: a\n";

  private final BlockingQueue<MultiMap> heads = new LinkedBlockingQueue<>();
  private RawHttp2Upstream upstream = RawHttp2Upstream.plays((line, _) -> oks(line));
  private Relay relay = open();

  private Relay open() {
    return Relay.ofHttp2(
        route("/api/**", upstream.uri()).overHttp2(),
        route("/kept/**", upstream.uri()).overHttp2().preservesHost());
  }

  private void plays(RawHttp2Upstream.Script script) {
    close();
    upstream = RawHttp2Upstream.plays(script);
    relay = open();
  }

  @AfterEach
  void close() {
    relay.close();
    upstream.close();
  }

  /// The next request's stream, its head noted; 0 at the end of the connection.
  private int request(RawHttp2 line) {
    var frame = line.request();
    if (frame == null) {
      return 0;
    }
    heads.add(line.decoded(frame));
    return frame.stream();
  }

  private void oks(RawHttp2 line) {
    line.sends(RawHttp2.SETTINGS, 0, 0);
    for (var stream = request(line); stream > 0; stream = request(line)) {
      line.answers(stream, "200", "ok");
    }
  }

  private MultiMap head() {
    try {
      var head = heads.poll(20, TimeUnit.SECONDS);
      if (head == null) {
        throw new AssertionError("the upstream received nothing");
      }
      return head;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private RawClient gets(String... fields) {
    return relay.client().sends(GET + String.join("\n", fields) + "\n\n");
  }

  // -- requests

  @Test
  @Proves({"PX-01", "PX-05", "PX-26"})
  void aRequestIsSpelledAsHttp2SpellsIt() {
    relay.attaches(new Bearer());
    try (var client =
        gets(
            "Cookie: a=1",
            "Cookie: __Host-Http-session=s; b=2",
            "Connection: X-Hop, TE",
            "X-Hop: 1",
            "Keep-Alive: timeout=5",
            "TE: gzip",
            "X-Mixed: Case")) {
      assertThat(client.answer().text()).isEqualTo("ok");
    }
    var head = head();
    assertThat(head.get(":method")).isEqualTo("GET");
    assertThat(head.get(":scheme")).isEqualTo("http");
    assertThat(head.get(":authority")).isEqualTo(upstream.uri().getAuthority());
    assertThat(head.get(":path")).isEqualTo("/api/x?q=1");
    assertThat(head.getAll("cookie")).containsExactly("a=1", "b=2");
    assertThat(head.get("authorization")).isEqualTo("Bearer at");
    assertThat(head.get("via")).isEqualTo("1.1 cloakroom");
    assertThat(head.get("x-mixed")).isEqualTo("Case");
    assertThat(head.names())
        .doesNotContain("host", "connection", "x-hop", "keep-alive", "te", "transfer-encoding")
        .allMatch(name -> name.equals(name.toLowerCase(Locale.ROOT)));
  }

  @Test
  @Proves("PX-05")
  void theBrowsersHostPassesWhereTheRouteSaysSo() {
    try (var client = relay.client().sends("GET /kept/x HTTP/1.1\nHost: app.example:444\n\n")) {
      assertThat(client.answer().status()).isEqualTo(200);
    }
    assertThat(head().get(":authority")).isEqualTo("app.example");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 300000", "Transfer-Encoding: chunked"})
  @Proves({"PX-15", "PX-26"})
  void aBodyArrivesWhole(String framing) {
    var bodies = new LinkedBlockingQueue<byte[]>();
    plays(
        (line, _) -> {
          line.sends(RawHttp2.SETTINGS, 0, 0);
          var stream = request(line);
          bodies.add(line.body(stream));
          line.answers(stream, "200", "ok");
          line.request();
        });
    try (var client = relay.client().sends(POST + framing + "\n\n")) {
      var body = new String(filler(300_000), US_ASCII);
      client.sends(framing.contains("chunked") ? "493e0\n" + body + "\n0\n\n" : body);
      assertThat(client.answer().status()).isEqualTo(200);
    }
    assertThat(bodies.remove()).hasSize(300_000);
  }

  @Test
  @Proves("PX-15")
  void anUpstreamThatGrantsNoRoomHoldsTheBrowserBack() {
    var received = new AtomicLong();
    plays(
        (line, _) -> {
          line.sends(RawHttp2.SETTINGS, 0, 0);
          line.grantsNothing();
          request(line);
          for (var frame = line.next(); frame != null; frame = line.next()) {
            received.addAndGet(frame.type() == RawHttp2.DATA ? frame.payload().length : 0);
          }
        });
    try (var client = relay.client().sends(POST + "Content-Length: 1000000000\n\n")) {
      var sent = new AtomicLong();
      var sender =
          Thread.ofVirtual()
              .start(
                  () -> {
                    for (var i = 0; i < 1000 && client.floods(filler(100_000), 100_000) > 0; i++) {
                      sent.addAndGet(100_000);
                    }
                  });
      Stillness.of(sent::get);
      assertThat(received.get()).isEqualTo(65_535);
      assertThat(sent.get()).isLessThan(20_000_000);
      assertThat(sender.isAlive()).isTrue();
    }
  }

  // -- answers

  @Test
  @Proves("PX-26")
  void trailersGoToWhoeverTakesThem() {
    plays(
        (line, _) -> {
          line.sends(RawHttp2.SETTINGS, 0, 0);
          for (var stream = request(line); stream > 0; stream = request(line)) {
            line.head(stream, 0, ":status", "200", "content-type", "text/plain");
            line.data(stream, 0, "ok".getBytes(US_ASCII));
            line.head(
                stream,
                END_STREAM,
                "grpc-status",
                "0",
                "set-cookie",
                "a=1",
                "content-type",
                "a/b",
                "access-control-allow-origin",
                "*");
          }
        });
    try (var client = gets("TE: trailers", "Connection: TE")) {
      assertThat(client.head().status()).isEqualTo(200);
      assertThat(client.readsText(28)).contains("ok", "grpc-status: 0").doesNotContain("a=1");
    }
    assertThat(head().get("te")).isEqualTo("trailers");
    try (var client = gets()) {
      assertThat(client.answer().text()).isEqualTo("ok");
    }
    assertThat(head().contains("te")).isFalse();
    try (var client = RawHttp2.plain(relay.port())) {
      client.get(1, "a", "/api/x", "te", "trailers");
      var answer = client.answer(1);
      assertThat(answer.head().get("grpc-status")).isEqualTo("0");
      assertThat(answer.head().names()).doesNotContain("set-cookie", "access-control-allow-origin");
      assertThat(answer.head().getAll("content-type")).containsExactly("text/plain");
      client.get(3, "a", "/api/x");
      assertThat(client.answer(3).head().contains("grpc-status")).isFalse();
    }
  }

  @Test
  @Proves("PX-26")
  void aGrpcCallMayHearTheHeadBeforeItSaysAnything() {
    plays(
        (line, _) -> {
          line.sends(RawHttp2.SETTINGS, 0, 0);
          var stream = request(line);
          line.head(stream, 0, ":status", "200", "content-type", "application/grpc");
          var said = line.body(stream);
          line.data(stream, 0, said).head(stream, END_STREAM, "grpc-status", "0");
          line.request();
        });
    try (var client = RawHttp2.plain(relay.port())) {
      client.post(1, "a", "/api/x", "content-type", "application/grpc", "te", "trailers");
      assertThat(client.decoded(client.on(1)).get(":status")).isEqualTo("200");
      client.data(1, END_STREAM, new byte[] {0, 0, 0, 0, 1, 7});
      assertThat(client.on(1).payload()).containsExactly(0, 0, 0, 0, 1, 7);
      assertThat(client.decoded(client.on(1)).get("grpc-status")).isEqualTo("0");
    }
  }

  @Test
  @Proves("PX-26")
  void interimAnswers() {
    plays(
        (line, _) -> {
          line.sends(RawHttp2.SETTINGS, 0, 0);
          var stream = request(line);
          line.head(stream, 0, ":status", "100");
          line.head(stream, 0, ":status", "103", "link", "</a.css>; rel=preload");
          line.answers(stream, "200", "ok");
          line.request();
        });
    try (var client = gets()) {
      assertThat(client.answer().status()).isEqualTo(103);
      assertThat(client.answer().text()).isEqualTo("ok");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a body without a head",
        "an end without a head",
        "no status",
        "a status in words",
        "a line end in a value",
        "a length that is wrong",
        "an upgrade"
      })
  @Proves({"PX-09", "PX-23"})
  void anAnswerThatIsNoneIs502AndTheConnectionGoesOn(String what) {
    plays(
        (line, _) -> {
          line.sends(RawHttp2.SETTINGS, 0, 0);
          var stream = request(line);
          switch (what) {
            case "a body without a head" -> line.data(stream, END_STREAM, filler(3));
            case "an end without a head" -> line.head(stream, END_STREAM, ":status", "100");
            case "no status" -> line.head(stream, END_STREAM, "x-a", "1");
            case "a status in words" -> line.head(stream, END_STREAM, ":status", "abc");
            case "a line end in a value" ->
                line.head(stream, END_STREAM, ":status", "200", "x-a", "1\r\nx-b: 2");
            case "a length that is wrong" ->
                line.head(stream, END_STREAM, ":status", "200", "content-length", "5");
            default -> line.head(stream, END_STREAM, ":status", "101");
          }
          oks(line);
        });
    try (var client = gets()) {
      assertThat(client.answer().status()).isEqualTo(502);
    }
    try (var client = gets()) {
      assertThat(client.answer().status()).isEqualTo(200);
    }
    assertThat(upstream.connections()).isEqualTo(1);
  }

  // -- streams and connections

  @Test
  @Proves("PX-15")
  void callsShareAConnectionWithinItsBound() {
    var begun = new CountDownLatch(3);
    plays(
        (line, number) -> {
          line.sends(RawHttp2.SETTINGS, 0, 0, 0, 3, 0, 0, 0, 2); // two streams at a time
          for (var i = 0; i < (number == 1 ? 2 : 1); i++) {
            var stream = request(line);
            begun.countDown();
            Thread.ofVirtual()
                .start(
                    () -> {
                      Gate.await(begun);
                      line.answers(stream, "200", "on " + number);
                    });
          }
          line.request();
        });
    try (var one = gets();
        var two = gets();
        var three = gets()) {
      Gate.await(begun);
      assertThat(Stream.of(one, two, three).map(client -> client.answer().text()))
          .containsExactlyInAnyOrder("on 1", "on 1", "on 2");
    }
    assertThat(upstream.connections()).isEqualTo(2);
  }

  @Test
  @Proves("PX-23")
  void aBrowserThatLeavesCancelsItsStreamAlone() {
    var code = new LinkedBlockingQueue<Long>();
    plays(
        (line, _) -> {
          line.sends(RawHttp2.SETTINGS, 0, 0);
          var stream = request(line);
          var reset = line.on(stream);
          code.add(reset.type() == RawHttp2.RST_STREAM ? reset.code() : -1);
          oks(line);
        });
    var leaver = gets();
    head();
    leaver.resets();
    Waiting.until("the reset", () -> !code.isEmpty());
    assertThat(code.remove()).isEqualTo(CANCEL);
    try (var client = gets()) {
      assertThat(client.answer().status()).isEqualTo(200);
    }
    assertThat(upstream.connections()).isEqualTo(1);
  }

  @Test
  @Proves({"PX-15", "PX-27"})
  void whoDoesNotReadStopsNobodyElse() {
    plays(
        (line, _) -> {
          line.sends(RawHttp2.SETTINGS, 0, 0);
          for (var stream = request(line); stream > 0; stream = request(line)) {
            if (head().get("x-big") == null) {
              line.answers(stream, "200", "ok");
            } else {
              line.head(stream, 0, ":status", "200");
              for (var i = 0; i < 4; i++) {
                line.data(stream, 0, filler(16_000)); // as much as it may
              }
            }
          }
        });
    var idle = new RawClient[20];
    for (var i = 0; i < idle.length; i++) {
      idle[i] = RawClient.to(relay.port(), 2048).sends(GET + "X-Big: 1\n\n");
    }
    for (var i = 0; i < 3; i++) {
      try (var client = gets()) {
        assertThat(client.answer().text()).isEqualTo("ok");
      }
    }
    for (var client : idle) {
      client.close();
    }
    assertThat(upstream.connections()).isEqualTo(1);
  }

  @Test
  @Proves("PX-27")
  void anUpstreamOnWhichMuchIsCancelledGetsANewConnection() {
    plays(
        (line, _) -> {
          line.sends(RawHttp2.SETTINGS, 0, 0);
          for (var frame = line.request(); frame != null; frame = line.request()) {
            var asked = line.decoded(frame);
            if (asked.contains("x-leaves")) {
              heads.add(asked);
            } else {
              line.answers(frame.stream(), "200", "ok");
            }
          }
        });
    for (var i = 0; i < 50; i++) {
      var client = gets("X-Leaves: 1");
      head();
      client.resets();
      assertThat(relay.outcome()).isInstanceOf(Forwarded.Aborted.class);
    }
    try (var client = gets()) {
      assertThat(client.answer().status()).isEqualTo(200);
    }
    assertThat(upstream.connections()).isEqualTo(2);
  }

  @Test
  @Proves("PX-27")
  void whatTheUpstreamItselfCancelsDoesNotWearItsConnectionOut() {
    var resets = new AtomicInteger();
    plays(
        (line, _) -> {
          line.sends(RawHttp2.SETTINGS, 0, 0);
          for (var frame = line.next(); frame != null; frame = line.next()) {
            if (frame.type() == RawHttp2.RST_STREAM) {
              resets.incrementAndGet();
            } else if (frame.type() == RawHttp2.HEADERS) {
              if (Objects.equals(line.decoded(frame).get(":method"), "POST")) {
                line.resets(frame.stream(), CANCEL);
              } else {
                line.answers(frame.stream(), "200", "ok");
              }
            }
          }
        });
    try (var client = relay.client()) {
      for (var i = 0; i < 60; i++) {
        try (var refused = relay.client().sends(POST + "Content-Length: 0\n\n")) {
          assertThat(refused.answer().status()).isEqualTo(502);
        }
        assertThat(client.sends(GET + "\n").answer().status()).isEqualTo(200);
      }
    }
    assertThat(upstream.connections()).isEqualTo(1);
    assertThat(resets).hasValue(0);
  }

  // -- what goes wrong

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST"})
  @Proves("PX-22")
  void aRefusedStreamWasNotBegunWithAndGoesOutAgain(String method) {
    plays(
        (line, _) -> {
          line.sends(RawHttp2.SETTINGS, 0, 0);
          line.resets(request(line), REFUSED_STREAM);
          oks(line);
        });
    try (var client = relay.client().sends(method + " /api/x HTTP/1.1\nHost: a\n\n")) {
      assertThat(client.answer().status()).isEqualTo(200);
    }
    assertThat(heads).hasSize(2);
  }

  @Test
  @Proves("PX-22")
  void whatIsRefusedForEverIs502() {
    plays(
        (line, _) -> {
          line.sends(RawHttp2.SETTINGS, 0, 0);
          for (var stream = request(line); stream > 0; stream = request(line)) {
            line.resets(stream, REFUSED_STREAM);
          }
        });
    try (var client = gets()) {
      assertThat(client.answer().status()).isEqualTo(502);
    }
    assertThat(heads).hasSize(2);
  }

  @Test
  @Proves("PX-22")
  void aStreamThatWasBegunWithDoesNotGoOutAgain() {
    plays(
        (line, _) -> {
          line.sends(RawHttp2.SETTINGS, 0, 0);
          line.resets(request(line), INTERNAL_ERROR);
          oks(line);
        });
    try (var client = relay.client().sends("POST /api/x HTTP/1.1\nHost: a\n\n")) {
      assertThat(client.answer().status()).isEqualTo(502);
    }
    assertThat(heads).hasSize(1);
  }

  @Test
  @Proves("PX-22")
  void aGoodbyeLetsTheOldCallsEndAndSendsTheNewOnesElsewhere() {
    var asked = new CountDownLatch(1);
    plays(
        (line, number) -> {
          if (number > 1) {
            oks(line);
            return;
          }
          line.sends(RawHttp2.SETTINGS, 0, 0);
          var first = request(line);
          asked.countDown();
          var second = request(line);
          line.saysGoodbye(0x7fff, NO_ERROR).saysGoodbye(first, NO_ERROR);
          line.answers(first, "200", "first");
          assertThat(second).isGreaterThan(first);
          line.request();
        });
    try (var one = gets()) {
      Gate.await(asked);
      try (var two = relay.client().sends("POST /api/x HTTP/1.1\nHost: a\n\n")) {
        assertThat(two.answer().text()).isEqualTo("ok");
      }
      assertThat(one.answer().text()).isEqualTo("first");
    }
    assertThat(upstream.connections()).isEqualTo(2);
  }

  @Test
  @Proves("PX-22")
  void aConnectionThatBreaksDownTakesNoCallWithItThatMayGoOutAgain() {
    plays(
        (line, number) -> {
          line.sends(RawHttp2.SETTINGS, 0, 0);
          line.answers(request(line), "200", "on " + number);
          if (number == 1) {
            request(line);
          } else {
            oks(line);
          }
        });
    try (var client = gets()) {
      assertThat(client.answer().text()).isEqualTo("on 1");
    }
    try (var client = gets()) {
      assertThat(client.answer().text()).isEqualTo("on 2");
    }
  }

  @Test
  @Proves("PX-23")
  void anAnswerThatIsResetNeverLooksComplete() {
    plays(
        (line, _) -> {
          line.sends(RawHttp2.SETTINGS, 0, 0);
          var stream = request(line);
          line.head(stream, 0, ":status", "200").data(stream, 0, filler(20_000));
          line.resets(stream, INTERNAL_ERROR);
          oks(line);
        });
    try (var client = gets()) {
      assertThatThrownBy(
              () -> {
                var answer = client.answer();
                assertThat(answer.status()).isEqualTo(200);
              })
          .isInstanceOfAny(UncheckedIOException.class, AssertionError.class);
    }
  }

  @Test
  @Proves("PX-18")
  void aWholeAnswerCountsWhateverBecomesOfTheRequest() {
    plays(
        (line, _) -> {
          line.sends(RawHttp2.SETTINGS, 0, 0);
          var stream = request(line);
          line.answers(stream, "413", "too much").resets(stream, NO_ERROR);
          oks(line);
        });
    try (var client = relay.client().sends(POST + "Content-Length: 500000\n\n")) {
      client.sends(filler(1000));
      var answer = client.answer();
      assertThat(answer.status()).isEqualTo(413);
      assertThat(answer.text()).isEqualTo("too much");
    }
    try (var client = gets()) {
      assertThat(client.answer().status()).isEqualTo(200);
    }
    assertThat(upstream.connections()).isEqualTo(1);
  }

  @Test
  @Proves({"PX-18", "PX-27"})
  void anUpstreamThatAnswersAndReadsNoFurtherIsToldThatTheRestStaysAway() {
    var full = new CountDownLatch(1);
    var waits = new CountDownLatch(1);
    var told = new LinkedBlockingQueue<RawHttp2.Frame>();
    plays(
        (line, _) -> {
          line.sends(
              RawHttp2.SETTINGS, 0, 0, 0, 3, 0, 0, 0, 1, 0, 4, 0, 0, 3, 232); // 1 stream, 1000 B
          line.grantsNothing();
          var stream = request(line);
          assertThat(line.on(stream).payload()).hasSize(1000);
          full.countDown();
          Gate.await(waits);
          line.answers(stream, "413", "too much");
          told.add(line.on(stream));
          oks(line);
        });
    try (var client = relay.client().sends(POST + "Content-Length: 10000\n\n")) {
      client.sends(filler(10_000));
      Gate.await(full);
      relay.settles(); // the gateway has the whole body by now
      waits.countDown();
      assertThat(client.answer().text()).isEqualTo("too much");
    }
    try (var client = gets()) {
      assertThat(client.answer().status()).isEqualTo(200);
    }
    var reset = told.remove();
    assertThat(reset.type()).isEqualTo(RawHttp2.RST_STREAM);
    assertThat(reset.code()).isEqualTo(CANCEL);
    assertThat(upstream.connections()).isEqualTo(1);
  }

  /// The news of the end overtakes what waits for the browser.
  @ParameterizedTest
  @ValueSource(strings = {"goodbye", "close", "reset"})
  @Proves("PX-23")
  void aBrowserThatTakesItsTimeStillGetsTheWholeAnswer(String how) {
    var client = asksWithoutRoom(how, true);
    try (client) {
      var answer = client.grants(0, 1 << 20).grants(1, 1 << 20).answer(1);
      assertThat(answer.reset()).isEmpty();
      assertThat(answer.body()).hasSize(160_000);
      assertThat(answer.head().get("x-sum")).isEqualTo("7");
    }
    assertThat(relay.outcome()).isEqualTo(new Forwarded.Done(200));
  }

  @ParameterizedTest
  @ValueSource(strings = {"close", "reset"})
  @Proves("PX-23")
  void aBrowserThatTakesItsTimeSeesThatTheAnswerBrokeOff(String how) {
    try (var client = asksWithoutRoom(how, false)) {
      var answer = client.grants(0, 1 << 20).grants(1, 1 << 20).answer(1);
      assertThat(answer.reset()).hasValue(INTERNAL_ERROR);
    }
    assertThat(relay.outcome()).isInstanceOf(Forwarded.Aborted.class);
  }

  private RawHttp2 asksWithoutRoom(String how, boolean whole) {
    var said = new CountDownLatch(1);
    plays(
        (line, _) -> {
          line.sends(RawHttp2.SETTINGS, 0, 0);
          var stream = request(line);
          line.head(stream, 0, ":status", "200");
          for (var i = 0; i < 10; i++) {
            line.paced(stream, filler(16_000));
          }
          if (whole) {
            line.head(stream, END_STREAM, "x-sum", "7");
          }
          switch (how) {
            case "goodbye" -> line.saysGoodbye(stream, NO_ERROR);
            case "close" -> line.hangsUp();
            default -> line.resets(stream, whole ? NO_ERROR : INTERNAL_ERROR);
          }
          said.countDown();
          line.request();
        });
    var client = RawHttp2.plain(relay.port()).grantsNothing();
    client.get(1, "a", "/api/x", "te", "trailers");
    Gate.await(said);
    relay.settles();
    return client;
  }

  private static final class Bearer implements Credential {
    @Override
    public String authorization() {
      return "Bearer at";
    }

    @Override
    public Future<Optional<Credential>> renew() {
      return Future.succeededFuture(Optional.empty());
    }
  }
}
