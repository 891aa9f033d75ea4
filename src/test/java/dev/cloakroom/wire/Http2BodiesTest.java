package dev.cloakroom.wire;

import static dev.cloakroom.world.RawHttp2.CANCEL;
import static dev.cloakroom.world.RawHttp2.END_STREAM;
import static dev.cloakroom.world.RawHttp2.INTERNAL_ERROR;
import static dev.cloakroom.world.RawHttp2.NO_ERROR;
import static dev.cloakroom.world.RawHttp2.PROTOCOL_ERROR;
import static dev.cloakroom.world.RawHttp2.filler;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import dev.cloakroom.proxy.Route;
import dev.cloakroom.world.Over;
import dev.cloakroom.world.RawHttp2;
import dev.cloakroom.world.RawUpstream;
import dev.cloakroom.world.RouteDraft;
import dev.cloakroom.world.Waiting;
import dev.cloakroom.world.World;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// From a browser's HTTP/2 to an upstream's HTTP/1.1: bodies both ways, whole or visibly not.
@ParameterizedClass
@EnumSource
class Http2BodiesTest {
  private static final String OK = "HTTP/1.1 200 OK\nContent-Length: 2\n\nok";

  private volatile RawUpstream.Script script = _ -> {};
  private final RawUpstream upstream = RawUpstream.plays(line -> script.run(line));

  private final Over over;
  @RegisterExtension final World world;

  Http2BodiesTest(Over over) {
    this.over = over;
    this.world =
        new World(
            config ->
                over.set(config)
                    .routes(
                        new RouteDraft("/up/**")
                            .access(Route.Access.ANONYMOUS)
                            .token(Route.TokenKind.NONE)
                            .maxBody(1_000_000)
                            .upstream(upstream.uri())));
  }

  @AfterEach
  void close() {
    upstream.close();
  }

  private RawHttp2 client() {
    return over.connects(world);
  }

  private String authority() {
    return "localhost:" + world.gateway().port();
  }

  private void answers(String text) {
    script =
        line -> {
          while (line.readsRequest() != null) {
            line.says(text);
          }
        };
  }

  @Test
  @Proves("PX-26")
  @Case("T117")
  void aBodyWithoutLengthArrivesWholeAndItsTrailersDoNot() {
    answers(OK);
    try (var client = client()) {
      client.post(1, authority(), "/up/x", "trailer", "x-sum");
      client.data(1, 0, "one,".getBytes(US_ASCII)).data(1, 0, "two".getBytes(US_ASCII));
      client.head(1, END_STREAM, "x-sum", "7");
      assertThat(client.answer(1).status()).isEqualTo(200);
      var request = upstream.received();
      assertThat(request.text()).isEqualTo("one,two");
      assertThat(request.names()).doesNotContain("x-sum", "trailer", "te");
    }
  }

  @Test
  @Proves("PX-09")
  void trailersWithAPseudoFieldEndTheStream() {
    answers(OK);
    try (var client = client()) {
      client.post(1, authority(), "/up/x").data(1, 0, filler(10));
      client.head(1, END_STREAM, ":path", "/other");
      assertThat(client.answer(1).reset()).hasValue(PROTOCOL_ERROR);
    }
  }

  @ParameterizedTest
  @CsvSource({"10, 4", "4, 10", "0, 1", "200000, 30000"})
  @Proves("PX-09")
  void aBodyOfAnotherLengthThanItSaysIsNeverWhole(String declared, int sent) {
    var complete = new AtomicLong();
    script =
        line -> {
          while (line.readsRequest() != null) {
            complete.incrementAndGet();
            line.says(OK);
          }
        };
    try (var client = client()) {
      client.post(1, authority(), "/up/x", "content-length", declared);
      for (var rest = sent; rest > 0; rest -= 10_000) {
        var piece = Math.min(rest, 10_000);
        client.data(1, piece == rest ? END_STREAM : 0, filler(piece));
      }
      assertThat(client.answer(1).reset()).hasValue(PROTOCOL_ERROR);
      client.get(3, authority(), "/up/next");
      assertThat(client.answer(3).status()).isEqualTo(200);
      assertThat(complete).hasValue(1); // the second request alone
    }
  }

  @Test
  @Proves("PX-09")
  void aCallThatTheBrowserTakesBackIsTakenBackUpstream() {
    var ended = new CountDownLatch(1);
    var tail = new AtomicLong();
    script =
        line -> {
          if (line.readsHead() != null) {
            tail.set(line.readsToTheEnd());
            ended.countDown();
          }
        };
    try (var client = client()) {
      client.post(1, authority(), "/up/x", "content-length", "50000").data(1, 0, filler(1000));
      upstream.received();
      client.resets(1, CANCEL);
      Gate.await(ended);
      assertThat(tail.get()).isLessThan(50_000);
    }
  }

  @Test
  @Proves("PX-09")
  void anAnswerThatTheBrowserTakesBackIsTakenBackUpstream() {
    var ended = new CountDownLatch(1);
    script =
        line -> {
          if (line.readsRequest() != null) {
            line.says("HTTP/1.1 200 OK\nContent-Length: 100000\n\nsome");
            line.readsToTheEnd();
            ended.countDown();
          }
        };
    try (var client = client()) {
      client.get(1, authority(), "/up/x");
      assertThat(client.on(1).type()).isEqualTo(RawHttp2.HEADERS);
      client.resets(1, CANCEL);
      Gate.await(ended);
    }
  }

  @ParameterizedTest
  @CsvSource({"Content-Length: 100000", "Transfer-Encoding: chunked"})
  @Proves("PX-09")
  void anAnswerThatIsCutIsNotTakenForWhole(String framing) {
    script =
        line -> {
          if (line.readsRequest() != null) {
            line.says("HTTP/1.1 200 OK\n" + framing + "\n\n");
            line.says("5\nsome,\n");
            line.says("5\nmore,\n");
          }
        };
    try (var client = client()) {
      client.get(1, authority(), "/up/x");
      var answer = client.answer(1);
      if (answer.status() == 200) {
        assertThat(answer.reset()).hasValue(INTERNAL_ERROR);
      } else {
        assertThat(answer.status()).isEqualTo(502); // cut before a byte of it left
      }
    }
  }

  @Test
  @Proves("PX-18")
  void anEarlyAnswerArrivesAndTheRestIsDeclined() {
    script =
        line -> {
          if (line.readsHead() != null) {
            line.says("HTTP/1.1 413 Too Large\nContent-Length: 3\n\nbig");
          }
        };
    try (var client = client()) {
      client.post(1, authority(), "/up/x", "content-length", "500000").data(1, 0, filler(1000));
      var answer = client.answer(1);
      assertThat(answer.status()).isEqualTo(413);
      assertThat(answer.body()).isEqualTo("big");
      assertThat(answer.reset()).isEmpty();
      var reset = client.on(1);
      assertThat(reset.type()).isEqualTo(RawHttp2.RST_STREAM);
      assertThat(reset.code()).isEqualTo(NO_ERROR);
      answers(OK);
      client.get(3, authority(), "/up/next");
      assertThat(client.answer(3).status()).isEqualTo(200);
    }
  }

  @Test
  @Proves("PX-18")
  void aBodyThatIsTooLargeIs413AndTheConnectionGoesOn() {
    answers(OK);
    try (var client = client()) {
      client.post(1, authority(), "/up/x", "content-length", "1000001");
      assertThat(client.answer(1).status()).isEqualTo(413);
      assertThat(client.on(1).code()).isEqualTo(NO_ERROR);
      client.get(3, authority(), "/up/next");
      assertThat(client.answer(3).status()).isEqualTo(200);
    }
  }

  @Test
  @Proves({"PX-18", "PX-26"})
  void whoAsksFirstIsToldToContinue() {
    answers(OK);
    try (var client = client()) {
      client.post(1, authority(), "/up/x", "expect", "100-continue", "content-length", "4");
      assertThat(client.interim(1).status()).isEqualTo(100);
      client.data(1, END_STREAM, "body".getBytes(US_ASCII));
      assertThat(client.answer(1).status()).isEqualTo(200);
      assertThat(upstream.received().text()).isEqualTo("body");
    }
  }

  @Test
  @Proves("PX-26")
  void earlyHintsPass() {
    answers("HTTP/1.1 103 Early Hints\nLink: </a.css>; rel=preload\nX-A: 1\n\n" + OK);
    try (var client = client()) {
      client.get(1, authority(), "/up/x");
      var hints = client.interim(1);
      assertThat(hints.status()).isEqualTo(103);
      assertThat(hints.head().get("link")).isEqualTo("</a.css>; rel=preload");
      assertThat(hints.head().contains("x-a")).isFalse();
      assertThat(client.answer(1).status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "HEAD, HTTP/1.1 200 OK|Content-Length: 5||, 5",
    "GET, HTTP/1.1 204 No Content||,",
    "GET, HTTP/1.1 304 Not Modified|ETag: x||,"
  })
  @Proves("PX-09")
  void anAnswerWithoutBodyEndsAtOnce(String method, String text, String length) {
    answers(text.replace('|', '\n'));
    try (var client = client()) {
      client.head(1, END_STREAM, RawHttp2.request(method, authority(), "/up/x"));
      var answer = client.answer(1);
      assertThat(answer.status()).isGreaterThanOrEqualTo(200);
      assertThat(answer.head().get("content-length")).isEqualTo(length);
      assertThat(answer.body()).isEmpty();
    }
  }

  @Test
  @Proves({"PX-26", "PX-09"})
  void grpcWebPassesAsABody() {
    answers(
        """
        HTTP/1.1 200 OK
        Content-Type: application/grpc-web+proto
        Connection: keep-alive, X-Hop
        X-Hop: 1
        Keep-Alive: timeout=5
        Transfer-Encoding: chunked
        Trailer: X-T

        5
        \0\0\0\0\0
        14
        \200\0\0\0\017grpc-status:0

        0
        X-T: 1

        """);
    try (var client = client()) {
      client.post(1, authority(), "/up/x", "content-type", "application/grpc-web+proto");
      client.data(1, END_STREAM, new byte[] {0, 0, 0, 0, 0});
      var answer = client.answer(1);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body()).hasSize(25).startsWith("\0\0\0\0\0\200").contains("grpc-status:0");
      assertThat(answer.head().names())
          .doesNotContain("connection", "keep-alive", "transfer-encoding", "trailer", "x-hop");
      assertThat(answer.head().contains("x-t")).isFalse();
    }
  }

  @Test
  @Proves("PX-26")
  void eventsArriveOneByOne() {
    var seen = new CountDownLatch(1);
    script =
        line -> {
          if (line.readsRequest() != null) {
            line.says(
                "HTTP/1.1 200 OK\nContent-Type: text/event-stream\nTransfer-Encoding: chunked\n\n");
            line.says("b\ndata: 1\n\n\n");
            Gate.await(seen);
            line.says("0\n\n");
          }
        };
    try (var client = client()) {
      client.get(1, authority(), "/up/events");
      assertThat(client.on(1).type()).isEqualTo(RawHttp2.HEADERS);
      assertThat(client.on(1).payload()).asString(US_ASCII).startsWith("data: 1");
      seen.countDown();
      assertThat(client.on(1).ends()).isTrue();
    }
  }

  @Test
  @Proves({"PX-09", "PX-17"})
  void aBrowserThatGrantsNoRoomHoldsTheUpstreamBackAndIsLeftInTheEnd() {
    var written = new AtomicLong();
    var ended = new CountDownLatch(1);
    script =
        line -> {
          if (line.readsRequest() != null) {
            line.says("HTTP/1.1 200 OK\nContent-Length: 1000000000\n\n");
            try {
              for (var i = 0; i < 1000; i++) {
                line.says(filler(1_000_000));
                written.addAndGet(1_000_000);
              }
            } finally {
              ended.countDown();
            }
          }
        };
    try (var client = client().grantsNothing()) {
      client.get(1, authority(), "/up/x");
      assertThat(client.on(1).type()).isEqualTo(RawHttp2.HEADERS);
      Stillness.of(written::get);
      assertThat(written.get()).isLessThan(50_000_000);
      Waiting.until(
          "the end of patience",
          () -> {
            world.clock().advance(Duration.ofSeconds(10));
            return ended.getCount() == 0;
          });
      var answer = client.answer(1);
      assertThat(answer.reset()).hasValue(INTERNAL_ERROR);
    }
  }

  @Test
  @Proves("PX-17")
  void aSmallAnswerThatNobodyMakesRoomForIsDroppedInTheEnd() {
    answers("HTTP/1.1 200 OK\nContent-Length: 10000\n\n" + "x".repeat(10_000));
    try (var client = asksWithoutRoom("/up/x")) {
      upstream.received();
      isLeftInTheEnd(client);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/auth/session", "/auth/nothing", "/api/x"})
  @Proves("PX-17")
  void theGatewaysOwnAnswersDoNotWaitForEverEither(String path) {
    try (var client = asksWithoutRoom(path)) {
      isLeftInTheEnd(client);
    }
  }

  /// It ends with the session, if anybody can be told.
  @Test
  @Proves("PX-17")
  void anEventStreamWithoutRoomIsLeftInTheEndToo() {
    var alice = world.alice().logsIn();
    var cookie = World.SESSION_COOKIE + "=" + alice.sessionValue();
    try (var client = asksWithoutRoom("/auth/events", "cookie", cookie, "x-csrf", "1")) {
      isLeftInTheEnd(client);
    }
  }

  private RawHttp2 asksWithoutRoom(String path, String... fields) {
    var client = client().grantsNothing();
    client.sends(RawHttp2.SETTINGS, 0, 0, 0, 4, 0, 0, 0, 5); // five bytes for every stream
    client.get(1, authority(), path, fields);
    assertThat(client.on(1).type()).isEqualTo(RawHttp2.HEADERS);
    return client;
  }

  private void isLeftInTheEnd(RawHttp2 client) {
    var over = new CountDownLatch(1);
    Thread.ofVirtual()
        .start(
            () -> {
              for (var frame = client.next(); frame != null; frame = client.next()) {
                if (frame.type() == RawHttp2.RST_STREAM) {
                  break;
                }
              }
              over.countDown();
            });
    Waiting.until(
        "the end of patience",
        () -> {
          world.clock().advance(Duration.ofSeconds(10));
          return over.getCount() == 0;
        });
  }
}
