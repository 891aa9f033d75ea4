package dev.cloakroom.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import dev.cloakroom.proxy.Forwarded;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How bodies are framed, and what may come before and after them.
class BodiesOnTheWireTest {
  @RegisterExtension final OneTarget target = new OneTarget();

  // -- framing

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16 * 1024, 16 * 1024 + 1, 200_000})
  @Proves("PX-24")
  void aBodyOfKnownLengthKeepsLengthAndBytes(int size) {
    var body = "\u00ff".repeat(size);
    try (var client = target.posts("Content-Length: " + size + "\n", body)) {
      assertThat(client.answer().text()).isEqualTo("ok");
    }
    var seen = target.upstream().received();
    assertThat(seen.value("Content-Length")).isEqualTo(Integer.toString(size));
    assertThat(seen.names()).doesNotContain("transfer-encoding");
    assertThat(seen.text()).isEqualTo(body);
  }

  @Test
  @Proves("PX-06")
  void aChunkedBodyIsFramedOnce() {
    try (var client =
        target.posts("Transfer-Encoding: chunked\n", "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n")) {
      assertThat(client.answer().status()).isEqualTo(200);
    }
    var seen = target.upstream().received();
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
    try (var client =
        target.posts(fields, "0\r\n\r\nGET /api/smuggled HTTP/1.1\r\nHost: a\r\n\r\n")) {
      assertThat(client.readsToTheEnd()).startsWith("HTTP/1.1 400").doesNotContain("200 OK");
    }
    assertThat(target.upstream().waiting()).isZero();
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
    try (var client = target.posts("Transfer-Encoding: chunked\n", chunks)) {
      assertThat(client.readsToTheEnd()).doesNotContain(" 200 ");
    }
    assertThat(target.relay().outcome()).isNotInstanceOf(Forwarded.Done.class);
    assertThat(target.upstream().waiting()).isZero();
  }

  @Test
  @Proves("PX-19")
  @Case("T117")
  void theAnswerToHeadKeepsItsLengthAndHasNoBody() {
    target.plays(
        line -> {
          while (line.readsRequest() != null) {
            line.says("HTTP/1.1 200 OK\nContent-Length: 1234\n\n");
          }
        });
    try (var client = target.relay().client()) {
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
    target.answers("HTTP/1.1 " + status + "\nETag: \"1\"\n\n");
    try (var client = target.gets()) {
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
    target.plays(
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
    try (var client = target.relay().client()) {
      client.sends("HEAD /api/x HTTP/1.1\nHost: a\n\n");
      assertThat(client.answerToHead().status()).isEqualTo(200);
      assertThat(client.sends("GET /api/y HTTP/1.1\nHost: a\n\n").answer().value("Content-Length"))
          .isEqualTo("44");
    }
    assertThat(target.upstream().connections()).isEqualTo(2);
  }

  @Test
  void chunkedAnswersAndAnswersToTheEndOfTheConnectionArriveWhole() {
    target.answers("HTTP/1.1 200 OK\nTransfer-Encoding: Chunked\n\n3\nabc\n2\nde\n0\n\n");
    try (var client = target.gets()) {
      assertThat(client.answer().text()).isEqualTo("abcde");
    }
    target.plays(
        line -> {
          var _ = line.readsRequest();
          line.says("HTTP/1.0 200 OK\n\nto the end");
        });
    try (var client = target.gets()) {
      assertThat(client.answer().text()).isEqualTo("to the end");
    }
  }

  @Test
  void aClientOfHttp10GetsNoChunks() {
    var body = "x".repeat(20_000);
    target.answers("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n4e20\n" + body + "\n0\n\n");
    try (var client = target.relay().client()) {
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
    target.answers(
        "HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: "
            + bytes.length()
            + "\n\n"
            + bytes);
    try (var client = target.relay().client()) {
      var seen =
          client.sends("GET /api/x HTTP/1.1\nHost: a\nAccept-Encoding: br;q=1, gzip\n\n").answer();
      assertThat(seen.text()).isEqualTo(bytes);
      assertThat(seen.value("Content-Encoding")).isEqualTo("gzip");
      assertThat(target.upstream().received().value("Accept-Encoding")).isEqualTo("br;q=1, gzip");
    }
  }

  // -- interim answers and trailers

  @Test
  @Proves("PX-18")
  @Case("T117")
  void aClientThatWaitsFor100GetsIt() {
    try (var client = target.posts("Expect: 100-continue\nContent-Length: 5\n", "")) {
      assertThat(client.answer().status()).isEqualTo(100);
      assertThat(client.sendsExactly("hello").answer().text()).isEqualTo("ok");
    }
    var seen = target.upstream().received();
    assertThat(seen.names()).doesNotContain("expect");
    assertThat(seen.text()).isEqualTo("hello");
  }

  @Test
  @Proves("PX-26")
  @Case("T117")
  void earlyHintsPassAndTrailersDoNot() {
    target.answers(
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
    try (var client = target.gets()) {
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
    target.answers(answer);
    try (var client = target.gets()) {
      assertThat(client.answer().status()).isEqualTo(502);
    }
    assertThat(target.relay().outcome()).isInstanceOf(Forwarded.ProtocolErrorUnanswered.class);
  }
}
