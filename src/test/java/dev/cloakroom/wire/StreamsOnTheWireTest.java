package dev.cloakroom.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import dev.cloakroom.proxy.Forwarded;
import dev.cloakroom.world.RawClient;
import dev.cloakroom.world.Waiting;
import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How bodies flow: as they come, no faster than they are read, within their bounds, and to their
/// end or visibly not.
class StreamsOnTheWireTest {
  private static final int MIB = 1024 * 1024;
  private static final int SLICE = 64 * 1024;

  @RegisterExtension final OneTarget target = new OneTarget();

  private final CountDownLatch over = new CountDownLatch(1);
  private final AtomicLong said = new AtomicLong();

  @AfterEach
  void end() {
    over.countDown();
  }

  // -- streaming

  @Test
  @Proves("SSE-01")
  @Case("T100")
  void eventsArriveOneByOne() {
    var next = new CountDownLatch(1);
    target.plays(
        line -> {
          var _ = line.readsRequest();
          line.says(
              "HTTP/1.1 200 OK\nContent-Type: text/event-stream\nTransfer-Encoding: chunked\n\n");
          Gate.await(next);
          line.says("8\ndata: 1\n\n");
          var _ = line.readsByte();
        });
    try (var client = target.gets()) {
      assertThat(client.head().value("Content-Type")).isEqualTo("text/event-stream");
      next.countDown();
      assertThat(client.readsText(3)).isEqualTo("8\r\n");
      assertThat(client.readsText(7)).isEqualTo("data: 1");
    }
    assertThat(target.relay().outcome()).isInstanceOf(Forwarded.Aborted.class);
  }

  /// What the upstream could say before it had to wait is about what sockets and queues hold.
  @Test
  @Proves("PX-15")
  void aSlowReaderHoldsTheUpstreamBack() {
    target.plays(
        line -> {
          var _ = line.readsRequest();
          line.says("HTTP/1.1 200 OK\nContent-Length: " + 256L * MIB + "\n\n");
          var chunk = new byte[MIB];
          for (var i = 0; i < 256; i++) {
            line.says(chunk);
            said.addAndGet(MIB);
          }
        });
    try (var client = RawClient.to(target.relay().port(), 64 * 1024)) {
      client.sends("GET /api/x HTTP/1.1\nHost: a\n\n").head();
      Stillness.of(said::get);
      assertThat(said.get()).isLessThan(64L * MIB);
      var before = said.get();
      client.reads(128 * MIB);
      Waiting.until("the upstream says more", () -> said.get() > before);
    }
    assertThat(target.relay().outcome()).isInstanceOf(Forwarded.Aborted.class);
  }

  @Test
  @Proves("PX-15")
  void aSlowUpstreamHoldsTheBrowserBack() {
    target.plays(
        line -> {
          line.receiveBuffer(64 * 1024);
          var _ = line.readsHead();
          Gate.await(over);
        });
    var sent = new AtomicLong();
    try (var client = target.posts("Content-Length: " + 256L * MIB + "\n", "")) {
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
    target.upstream().close();
    var sent = 0L;
    try (var client = target.posts("Content-Length: " + 256L * MIB + "\n", "")) {
      assertThat(client.answer().status()).isEqualTo(502);
      sent = client.floods(new byte[MIB], 256L * MIB);
    }
    assertThat(sent).isLessThan(64L * MIB);
  }

  @Test
  @Proves("PX-18")
  @Case("T89")
  void anEarlyAnswerReachesABrowserThatStillUploads() {
    target.plays(
        line -> {
          var _ = line.readsHead();
          line.says("HTTP/1.1 413 Content Too Large\nContent-Length: 3\n\nbig");
          var _ = line.readsToTheEnd();
        });
    try (var client = target.posts("Content-Length: " + 64 * MIB + "\n", "begins")) {
      var seen = client.answer();
      assertThat(seen.status()).isEqualTo(413);
      assertThat(seen.text()).isEqualTo("big");
      assertThat(seen.value("Connection")).isEqualTo("close");
    }
    assertThat(target.relay().outcome()).isEqualTo(new Forwarded.Done(413));
    try (var other = target.gets()) {
      other.sends("");
      assertThat(target.upstream().received().method()).isEqualTo("POST");
      assertThat(target.upstream().received().method())
          .isEqualTo("GET"); // on a connection of its own
    }
    assertThat(target.upstream().connections()).isEqualTo(2);
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
    target.plays(
        line -> {
          var _ = line.readsHead();
          var _ = line.reads(MIB);
          line.says(answer);
        });
    try (var client = target.posts("Content-Length: " + 64 * MIB + "\n", "")) {
      Thread.ofVirtual().start(() -> client.floods(new byte[SLICE], 64L * MIB));
      var seen = client.answer();
      assertThat(seen.status()).isEqualTo(413);
      assertThat(seen.text()).isEqualTo("big");
    }
    assertThat(target.relay().outcome()).isEqualTo(new Forwarded.Done(413));
  }

  // -- bounds

  @Test
  @Proves("PX-16")
  void aBodyOverTheRoutesBoundIsRefused() {
    try (var client = target.relay().client()) {
      client.sends("POST /small/x HTTP/1.1\nHost: a\nContent-Length: 20001\n\n");
      assertThat(client.answer().status()).isEqualTo(413);
    }
    assertThat(target.upstream().connections()).isZero();
    try (var client = target.relay().client()) {
      client.sends("POST /small/x HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n");
      client.sendsExactly("4e20\r\n" + "x".repeat(20_000) + "\r\n1\r\nx\r\n");
      assertThat(client.answer().status()).isEqualTo(413);
    }
    try (var client = target.relay().client()) {
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
    target.plays(
        line -> {
          var _ = line.readsRequest();
          line.says(half);
          Gate.await(seen);
        });
    try (var client = target.gets()) {
      client.head();
      client.reads(half.contains("chunked") ? 8 : 5);
      seen.countDown();
      assertThat(client.readsToTheEnd()).isIn("", "\r\n");
    }
    assertThat(target.relay().outcome()).isInstanceOf(Forwarded.Aborted.class);
    assertThat(target.relay().events.of(Event.UpstreamFailed.class)).hasSize(1);
  }

  @Test
  @Proves("PX-23")
  void aSmallAnswerThatBreaksOffIs502() {
    target.plays(
        line -> {
          var _ = line.readsRequest();
          line.says("HTTP/1.1 200 OK\nX-Half: 1\nContent-Length: 10\n\nhalf");
        });
    try (var client = target.gets()) {
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
    target.plays(
        line -> {
          var _ = line.readsRequest();
          if (line.readsByte() < 0) {
            gone.countDown();
          }
        });
    var client = target.gets();
    assertThat(target.upstream().received().method()).isEqualTo("GET");
    client.resets();
    Gate.await(gone);
    assertThat(target.relay().outcome()).isInstanceOf(Forwarded.Aborted.class);
  }

  @Test
  @Proves("PX-23")
  void anAnswerEndsWithItsSession() {
    target.plays(
        line -> {
          var _ = line.readsRequest();
          line.says("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n5\nhello\n");
          var _ = line.readsToTheEnd();
        });
    try (var client = target.gets()) {
      client.head();
      client.reads(10);
      target.relay().severs(4401, "session ended");
      client.seesTheEnd();
    }
    assertThat(target.relay().outcome()).isInstanceOf(Forwarded.Aborted.class);
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
    assertThat(target.relay().outcome()).isEqualTo(new Forwarded.Done(200));
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
    assertThat(target.relay().outcome()).isInstanceOf(Forwarded.Aborted.class);
  }

  private void saysAndCloses(String framing, int length, String body, boolean whole) {
    target.plays(
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
    var client = RawClient.to(target.relay().port(), 32 * 1024);
    client.sends("GET /api/x HTTP/1.1\nHost: a\n\n");
    assertThat(target.upstream().received().method()).isEqualTo("GET");
    Stillness.of(said::get);
    return client;
  }
}
