package dev.cloakroom.wire;

import static dev.cloakroom.wire.RouteSketch.route;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import dev.cloakroom.proxy.Forwarded;
import dev.cloakroom.world.RawClient;
import dev.cloakroom.world.RawUpstream;
import dev.cloakroom.world.Waiting;
import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How bodies are framed, streamed and broken off.
class BodiesOnTheWireTest {
  private static final int MIB = 1024 * 1024;
  private static final int SLICE = 64 * 1024;

  private RawUpstream upstream = RawUpstream.ok();
  private final CountDownLatch over = new CountDownLatch(1);
  private final AtomicLong said = new AtomicLong();
  private Relay relay = open();

  private Relay open() {
    return Relay.with(
        route("/api/**", upstream.uri()), route("/small/**", upstream.uri()).takesAtMost(20_000));
  }

  private void plays(RawUpstream.Script script) {
    close();
    upstream = RawUpstream.plays(script);
    relay = open();
  }

  private void answers(String answer) {
    close();
    upstream = RawUpstream.answers(answer);
    relay = open();
  }

  @AfterEach
  void end() {
    over.countDown();
    close();
  }

  private void close() {
    relay.close();
    upstream.close();
  }

  private RawClient posts(String fields, String body) {
    return relay
        .client()
        .sends("POST /api/x HTTP/1.1\nHost: a\n" + fields + "\n")
        .sendsExactly(body);
  }

  private RawClient gets() {
    return relay.client().sends("GET /api/x HTTP/1.1\nHost: a\n\n");
  }

  // -- framing

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16 * 1024, 16 * 1024 + 1, 200_000})
  @Proves("PX-24")
  void aBodyOfKnownLengthKeepsLengthAndBytes(int size) {
    var body = "\u00ff".repeat(size);
    try (var client = posts("Content-Length: " + size + "\n", body)) {
      assertThat(client.answer().text()).isEqualTo("ok");
    }
    var seen = upstream.received();
    assertThat(seen.value("Content-Length")).isEqualTo(Integer.toString(size));
    assertThat(seen.names()).doesNotContain("transfer-encoding");
    assertThat(seen.text()).isEqualTo(body);
  }

  @Test
  @Proves("PX-06")
  void aChunkedBodyIsFramedOnce() {
    try (var client =
        posts("Transfer-Encoding: chunked\n", "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n")) {
      assertThat(client.answer().status()).isEqualTo(200);
    }
    var seen = upstream.received();
    assertThat(seen.values("Transfer-Encoding")).containsExactly("chunked");
    assertThat(seen.names()).doesNotContain("content-length");
    assertThat(seen.text()).isEqualTo("abcde");
  }

  /// Netty refuses these before the forwarder sees them; what counts is that nothing goes up.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 5\nTransfer-Encoding: chunked\n",
        "Transfer-Encoding: chunked, identity\n",
        "Transfer-Encoding: xchunked\n",
        "Transfer-Encoding: chunked\nTransfer-Encoding: chunked\n",
        "Content-Length: 5\nContent-Length: 6\n",
        "Content-Length: +5\n",
        "Content-Length: 0x5\n",
        "Content-Length : 5\n",
      })
  @Proves("PX-06")
  @Case("T86")
  void ambiguousFramingNeverGoesUp(String fields) {
    try (var client = posts(fields, "0\r\n\r\nGET /api/smuggled HTTP/1.1\r\nHost: a\r\n\r\n")) {
      assertThat(client.readsToTheEnd()).startsWith("HTTP/1.1 400").doesNotContain("200 OK");
    }
    assertThat(upstream.waiting()).isZero();
  }

  /// RFC 9112, 7.1: what is no chunk ends the connection, and the upstream never has a whole
  /// request.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "xyz\r\nabc\r\n0\r\n\r\n",
        "-3\r\nabc\r\n0\r\n\r\n",
        "0x3\r\nabc\r\n0\r\n\r\n",
        "3\r\nabcdef\r\n0\r\n\r\n",
        "3\nabc\n0\n\n",
        "fffffffffffffffff\r\nabc\r\n0\r\n\r\n",
      })
  @Proves("PX-08")
  @Case("T86")
  void aBrokenChunkNeverBecomesAWholeRequest(String chunks) {
    try (var client = posts("Transfer-Encoding: chunked\n", chunks)) {
      assertThat(client.readsToTheEnd()).doesNotContain(" 200 ");
    }
    assertThat(relay.outcome()).isNotInstanceOf(Forwarded.Done.class);
    assertThat(upstream.waiting()).isZero();
  }

  @Test
  @Proves("PX-19")
  @Case("T117")
  void theAnswerToHeadKeepsItsLengthAndHasNoBody() {
    plays(
        line -> {
          while (line.readsRequest() != null) {
            line.says("HTTP/1.1 200 OK\nContent-Length: 1234\n\n");
          }
        });
    try (var client = relay.client()) {
      client.sends("HEAD /api/x HTTP/1.1\nHost: a\n\n");
      assertThat(client.answerToHead().value("Content-Length")).isEqualTo("1234");
      client.sends("HEAD /api/x HTTP/1.1\nHost: a\n\n");
      assertThat(client.answerToHead().status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"204 No Content", "304 Not Modified"})
  @Proves("PX-19")
  void answersWithoutBodyHaveNone(String status) {
    answers("HTTP/1.1 " + status + "\nETag: \"1\"\n\n");
    try (var client = gets()) {
      var seen = client.answer();
      assertThat(status).startsWith(Integer.toString(seen.status()));
      assertThat(seen.names())
          .contains("etag")
          .doesNotContain("content-length", "transfer-encoding");
      assertThat(client.sends("GET /api/x HTTP/1.1\nHost: a\n\n").answer().status())
          .isEqualTo(seen.status());
    }
  }

  /// A body that must not be there is not taken for the next answer, whoever gets it.
  @Test
  @Proves("PX-19")
  @Case("T89")
  void aBodyAfterTheAnswerToHeadReachesNobody() {
    plays(
        line -> {
          while (line.readsRequest() != null) {
            line.says(
                """
                HTTP/1.1 200 OK
                Content-Length: 44

                HTTP/1.1 200 OK
                Content-Length: 6

                poison""");
          }
        });
    try (var client = relay.client()) {
      client.sends("HEAD /api/x HTTP/1.1\nHost: a\n\n");
      assertThat(client.answerToHead().status()).isEqualTo(200);
      assertThat(client.sends("GET /api/y HTTP/1.1\nHost: a\n\n").answer().value("Content-Length"))
          .isEqualTo("44");
    }
    assertThat(upstream.connections()).isEqualTo(2);
  }

  @Test
  void chunkedAnswersAndAnswersToTheEndOfTheConnectionArriveWhole() {
    answers("HTTP/1.1 200 OK\nTransfer-Encoding: Chunked\n\n3\nabc\n2\nde\n0\n\n");
    try (var client = gets()) {
      assertThat(client.answer().text()).isEqualTo("abcde");
    }
    plays(
        line -> {
          var _ = line.readsRequest();
          line.says("HTTP/1.0 200 OK\n\nto the end");
        });
    try (var client = gets()) {
      assertThat(client.answer().text()).isEqualTo("to the end");
    }
  }

  @Test
  void aClientOfHttp10GetsNoChunks() {
    var body = "x".repeat(20_000);
    answers("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n4e20\n" + body + "\n0\n\n");
    try (var client = relay.client()) {
      client.sends("GET /api/x HTTP/1.0\nHost: a\nConnection: keep-alive\n\n");
      assertThat(client.head().names()).doesNotContain("transfer-encoding", "content-length");
      assertThat(client.readsToTheEnd()).isEqualTo(body);
    }
  }

  @Test
  @Proves("PX-24")
  @Case("T117")
  void encodedBodiesPassUntouched() {
    var bytes = "\u001f\u008b\b\u0000garbage";
    answers(
        "HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: "
            + bytes.length()
            + "\n\n"
            + bytes);
    try (var client = relay.client()) {
      var seen =
          client.sends("GET /api/x HTTP/1.1\nHost: a\nAccept-Encoding: br;q=1, gzip\n\n").answer();
      assertThat(seen.text()).isEqualTo(bytes);
      assertThat(seen.value("Content-Encoding")).isEqualTo("gzip");
      assertThat(upstream.received().value("Accept-Encoding")).isEqualTo("br;q=1, gzip");
    }
  }

  // -- interim answers and trailers

  @Test
  @Proves("PX-18")
  @Case("T117")
  void aClientThatWaitsFor100GetsIt() {
    try (var client = posts("Expect: 100-continue\nContent-Length: 5\n", "")) {
      assertThat(client.answer().status()).isEqualTo(100);
      assertThat(client.sendsExactly("hello").answer().text()).isEqualTo("ok");
    }
    var seen = upstream.received();
    assertThat(seen.names()).doesNotContain("expect");
    assertThat(seen.text()).isEqualTo("hello");
  }

  @Test
  @Proves("PX-26")
  @Case("T117")
  void earlyHintsPassAndTrailersDoNot() {
    answers(
        """
        HTTP/1.1 103 Early Hints
        Link: </a.css>; rel=preload
        Set-Cookie: __Host-Http-session=x

        HTTP/1.1 200 OK
        Transfer-Encoding: chunked
        Trailer: X-Sum

        2
        ok
        0
        X-Sum: 1

        """);
    try (var client = gets()) {
      var hint = client.answer();
      assertThat(hint.status()).isEqualTo(103);
      assertThat(hint.names()).containsExactly("link");
      var seen = client.answer();
      assertThat(seen.text()).isEqualTo("ok");
      assertThat(seen.names()).doesNotContain("trailer", "x-sum");
      client.sends("GET /api/x HTTP/1.1\nHost: a\n\n");
      assertThat(client.answer().status()).isEqualTo(103);
      assertThat(client.answer().status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 101 Switching Protocols\nUpgrade: x\nConnection: upgrade\n\n",
        "HTTP/1.1 102 Processing\n\nHTTP/1.1 200 OK\nContent-Length: 0\n\n",
        "HTTP/1.1 200 OK\nContent-Length: x\n\n",
        "HTTP/9.9 200 OK\nContent-Length: 0\n\n",
        "SSH-2.0-OpenSSH\n\n",
      })
  @Proves("PX-26")
  @Case("T89")
  void whatIsNoAnswerIs502(String answer) {
    answers(answer);
    try (var client = gets()) {
      assertThat(client.answer().status()).isEqualTo(502);
    }
    assertThat(relay.outcome()).isInstanceOf(Forwarded.ProtocolErrorUnanswered.class);
  }

  // -- streaming

  @Test
  @Proves("SSE-01")
  @Case("T100")
  void eventsArriveOneByOne() {
    var next = new CountDownLatch(1);
    plays(
        line -> {
          var _ = line.readsRequest();
          line.says(
              "HTTP/1.1 200 OK\nContent-Type: text/event-stream\nTransfer-Encoding: chunked\n\n");
          Gate.await(next);
          line.says("8\ndata: 1\n\n");
          var _ = line.readsByte();
        });
    try (var client = gets()) {
      assertThat(client.head().value("Content-Type")).isEqualTo("text/event-stream");
      next.countDown();
      assertThat(client.readsText(3)).isEqualTo("8\r\n");
      assertThat(client.readsText(7)).isEqualTo("data: 1");
    }
    assertThat(relay.outcome()).isInstanceOf(Forwarded.Aborted.class);
  }

  /// What the upstream could say before it had to wait is about what sockets and queues hold.
  @Test
  @Proves("PX-15")
  void aSlowReaderHoldsTheUpstreamBack() {
    plays(
        line -> {
          var _ = line.readsRequest();
          line.says("HTTP/1.1 200 OK\nContent-Length: " + 256L * MIB + "\n\n");
          var chunk = new byte[MIB];
          for (var i = 0; i < 256; i++) {
            line.says(chunk);
            said.addAndGet(MIB);
          }
        });
    try (var client = RawClient.to(relay.port(), 64 * 1024)) {
      client.sends("GET /api/x HTTP/1.1\nHost: a\n\n").head();
      Stillness.of(said::get);
      assertThat(said.get()).isLessThan(64L * MIB);
      var before = said.get();
      client.reads(128 * MIB);
      Waiting.until("the upstream says more", () -> said.get() > before);
    }
    assertThat(relay.outcome()).isInstanceOf(Forwarded.Aborted.class);
  }

  @Test
  @Proves("PX-15")
  void aSlowUpstreamHoldsTheBrowserBack() {
    plays(
        line -> {
          line.receiveBuffer(64 * 1024);
          var _ = line.readsHead();
          Gate.await(over);
        });
    var sent = new AtomicLong();
    try (var client = posts("Content-Length: " + 256L * MIB + "\n", "")) {
      Thread.ofVirtual()
          .start(
              () -> {
                for (var i = 0; i < 256; i++) {
                  if (client.floods(new byte[MIB], MIB) == MIB) {
                    sent.addAndGet(MIB);
                  }
                }
              });
      Stillness.of(sent::get);
      assertThat(sent.get()).isLessThan(64L * MIB);
    }
  }

  /// RFC 9110, 9.3.1: an upload that nobody can take is not drained.
  @Test
  @Proves("PX-15")
  void anUploadToADeadUpstreamIsNotRead() {
    upstream.close();
    var sent = 0L;
    try (var client = posts("Content-Length: " + 256L * MIB + "\n", "")) {
      assertThat(client.answer().status()).isEqualTo(502);
      sent = client.floods(new byte[MIB], 256L * MIB);
    }
    assertThat(sent).isLessThan(64L * MIB);
  }

  @Test
  @Proves("PX-18")
  @Case("T89")
  void anEarlyAnswerReachesABrowserThatStillUploads() {
    plays(
        line -> {
          var _ = line.readsHead();
          line.says("HTTP/1.1 413 Content Too Large\nContent-Length: 3\n\nbig");
          var _ = line.readsToTheEnd();
        });
    try (var client = posts("Content-Length: " + 64 * MIB + "\n", "begins")) {
      var seen = client.answer();
      assertThat(seen.status()).isEqualTo(413);
      assertThat(seen.text()).isEqualTo("big");
      assertThat(seen.value("Connection")).isEqualTo("close");
    }
    assertThat(relay.outcome()).isEqualTo(new Forwarded.Done(413));
    try (var other = gets()) {
      other.sends("");
      assertThat(upstream.received().method()).isEqualTo("POST");
      assertThat(upstream.received().method()).isEqualTo("GET"); // on a connection of its own
    }
    assertThat(upstream.connections()).isEqualTo(2);
  }

  /// RFC 9112, 9.5: an upstream that refuses an upload need not wait for the rest of it. Its close
  /// resets the connection under the upload, and the answer counts all the same.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 413 Content Too Large\nContent-Length: 3\nConnection: close\n\nbig",
        "HTTP/1.1 413 Content Too Large\nTransfer-Encoding: chunked\n\n3\nbig\n0\n\n",
      })
  @Proves("PX-18")
  void anEarlyAnswerOfAnUpstreamThatClosesReachesTheBrowser(String answer) {
    plays(
        line -> {
          var _ = line.readsHead();
          var _ = line.reads(MIB);
          line.says(answer);
        });
    try (var client = posts("Content-Length: " + 64 * MIB + "\n", "")) {
      Thread.ofVirtual().start(() -> client.floods(new byte[SLICE], 64L * MIB));
      var seen = client.answer();
      assertThat(seen.status()).isEqualTo(413);
      assertThat(seen.text()).isEqualTo("big");
    }
    assertThat(relay.outcome()).isEqualTo(new Forwarded.Done(413));
  }

  // -- bounds

  @Test
  @Proves("PX-16")
  void aBodyOverTheRoutesBoundIsRefused() {
    try (var client = relay.client()) {
      client.sends("POST /small/x HTTP/1.1\nHost: a\nContent-Length: 20001\n\n");
      assertThat(client.answer().status()).isEqualTo(413);
    }
    assertThat(upstream.connections()).isZero();
    try (var client = relay.client()) {
      client.sends("POST /small/x HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n");
      client.sendsExactly("4e20\r\n" + "x".repeat(20_000) + "\r\n1\r\nx\r\n");
      assertThat(client.answer().status()).isEqualTo(413);
    }
    try (var client = relay.client()) {
      client.sends("POST /small/x HTTP/1.1\nHost: a\nContent-Length: 20000\n\n");
      assertThat(client.sendsExactly("x".repeat(20_000)).answer().status()).isEqualTo(200);
    }
  }

  // -- breaking off

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n5\nhello\n",
        "HTTP/1.1 200 OK\nContent-Length: 100000\n\nhello",
      })
  @Proves("PX-23")
  void aBrokenAnswerNeverLooksComplete(String half) {
    var seen = new CountDownLatch(1);
    plays(
        line -> {
          var _ = line.readsRequest();
          line.says(half);
          Gate.await(seen);
        });
    try (var client = gets()) {
      client.head();
      client.reads(half.contains("chunked") ? 8 : 5);
      seen.countDown();
      assertThat(client.readsToTheEnd()).isIn("", "\r\n");
    }
    assertThat(relay.outcome()).isInstanceOf(Forwarded.Aborted.class);
    assertThat(relay.events.of(Event.UpstreamFailed.class)).hasSize(1);
  }

  @Test
  @Proves("PX-23")
  void aSmallAnswerThatBreaksOffIs502() {
    plays(
        line -> {
          var _ = line.readsRequest();
          line.says("HTTP/1.1 200 OK\nX-Half: 1\nContent-Length: 10\n\nhalf");
        });
    try (var client = gets()) {
      var seen = client.answer();
      assertThat(seen.status()).isEqualTo(502);
      assertThat(seen.names()).doesNotContain("x-half");
    }
  }

  @Test
  @Proves("PX-23")
  @Case("T94")
  void aBrowserThatLeavesTakesTheUpstreamsCallWithIt() {
    var gone = new CountDownLatch(1);
    plays(
        line -> {
          var _ = line.readsRequest();
          if (line.readsByte() < 0) {
            gone.countDown();
          }
        });
    var client = gets();
    assertThat(upstream.received().method()).isEqualTo("GET");
    client.resets();
    Gate.await(gone);
    assertThat(relay.outcome()).isInstanceOf(Forwarded.Aborted.class);
  }

  @Test
  @Proves("PX-23")
  void anAnswerEndsWithItsSession() {
    plays(
        line -> {
          var _ = line.readsRequest();
          line.says("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n5\nhello\n");
          var _ = line.readsToTheEnd();
        });
    try (var client = gets()) {
      client.head();
      client.reads(10);
      relay.severs(4401, "session ended");
      client.seesTheEnd();
    }
    assertThat(relay.outcome()).isInstanceOf(Forwarded.Aborted.class);
  }

  /// The end of the connection must not overtake what a slow browser has not read yet. How much the
  /// sockets hold decides where the end finds the answer, hence the sizes.
  @ParameterizedTest
  @CsvSource({
    "Content-Length, 6", "Connection, 6", "Transfer-Encoding, 6",
    "Content-Length, 8", "Connection, 8", "Transfer-Encoding, 8",
  })
  @Proves("PX-23")
  void aSlowBrowserStillGetsTheWholeAnswerOfAnUpstreamThatCloses(String framing, int mib) {
    var body = numbered(mib * MIB);
    saysAndCloses(framing, body.length(), body, true);
    try (var client = asksAndWaits()) {
      assertThat(client.answer().text().equals(body)).isTrue();
    }
    assertThat(relay.outcome()).isEqualTo(new Forwarded.Done(200));
  }

  @ParameterizedTest
  @CsvSource({
    "Content-Length, 6", "Transfer-Encoding, 6",
    "Content-Length, 8", "Transfer-Encoding, 8",
  })
  @Proves("PX-23")
  void anAnswerThatBreaksOffBehindASlowBrowserNeverLooksComplete(String framing, int mib) {
    var body = numbered(mib * MIB);
    saysAndCloses(framing, body.length() + 1, body, false);
    try (var client = asksAndWaits()) {
      assertThatThrownBy(client::answer).isInstanceOf(UncheckedIOException.class);
    }
    assertThat(relay.outcome()).isInstanceOf(Forwarded.Aborted.class);
  }

  private void saysAndCloses(String framing, int length, String body, boolean whole) {
    plays(
        line -> {
          var _ = line.readsRequest();
          line.says(
              switch (framing) {
                case "Content-Length" ->
                    "HTTP/1.1 200 OK\nContent-Length: " + length + "\nConnection: close\n\n";
                case "Transfer-Encoding" ->
                    "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\nConnection: close\n\n";
                default -> "HTTP/1.1 200 OK\nConnection: close\n\n";
              });
          for (var at = 0; at < body.length(); at += SLICE) {
            var slice = body.substring(at, at + SLICE);
            line.says(
                framing.equals("Transfer-Encoding")
                    ? Integer.toHexString(SLICE) + "\n" + slice + "\n"
                    : slice);
            said.addAndGet(SLICE);
          }
          if (whole && framing.equals("Transfer-Encoding")) {
            line.says("0\n\n");
          }
        });
  }

  /// Every byte can be told from its neighbours.
  private static String numbered(int size) {
    var text = new StringBuilder(size);
    for (var i = 0; text.length() < size; i += 8) {
      text.append(Integer.toHexString(i | 0x8000_0000));
    }
    return text.toString();
  }

  /// Reads nothing until all has come to a halt.
  private RawClient asksAndWaits() {
    var client = RawClient.to(relay.port(), 32 * 1024);
    client.sends("GET /api/x HTTP/1.1\nHost: a\n\n");
    assertThat(upstream.received().method()).isEqualTo("GET");
    Stillness.of(said::get);
    return client;
  }
}
