package dev.cloakroom.wire;

import static dev.cloakroom.wire.RouteSketch.route;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import dev.cloakroom.proxy.Forwarded;
import dev.cloakroom.world.RawClient;
import dev.cloakroom.world.RawUpstream;
import dev.cloakroom.world.Waiting;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// WebSockets: the handshake, the tunnel, and how it closes. RFC 6455.
class UpgradesOnTheWireTest {
  private static final String SWITCHING =
      """
      HTTP/1.1 101 Switching Protocols
      Upgrade: websocket
      Connection: Upgrade
      Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
      Sec-WebSocket-Protocol: chat
      Set-Cookie: __Host-Http-session=x

      """;
  private static final int MIB = 1024 * 1024;

  private RawUpstream upstream = echo();
  private final CountDownLatch over = new CountDownLatch(1);
  private Relay relay = open();

  private static RawUpstream echo() {
    return RawUpstream.plays(
        line -> {
          var _ = line.readsRequest();
          line.says(SWITCHING);
          for (var b = line.readsByte(); b >= 0; b = line.readsByte()) {
            line.says(new byte[] {(byte) b});
          }
        });
  }

  private Relay open() {
    return Relay.with(
            route("/ws/**", upstream.uri()), route("/plain/**", upstream.uri()).withoutWebSockets())
        .attaches(new HeadersOnTheWireTest.Bearer("gateway"));
  }

  private void plays(RawUpstream.Script script) {
    close();
    upstream = RawUpstream.plays(script);
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

  private static String handshake(String path, String connection, String version, String key) {
    return "GET "
        + path
        + " HTTP/1.1\nHost: a\nUpgrade: websocket\nConnection: "
        + connection
        + "\nSec-WebSocket-Version: "
        + version
        + "\nSec-WebSocket-Key: "
        + key
        + "\nSec-WebSocket-Protocol: chat, other\n\n";
  }

  private static String handshake() {
    return handshake("/ws/x", "keep-alive, Upgrade", "13", "dGhlIHNhbXBsZSBub25jZQ==");
  }

  private RawClient opened() {
    var client = relay.client().sends(handshake());
    assertThat(client.head().status()).isEqualTo(101);
    return client;
  }

  @Test
  @Proves({"WS-02", "WS-03", "PX-02"})
  @Case("T76")
  void aHandshakeTakesTheSameHeaderPath() {
    try (var client = relay.client().sends(handshake())) {
      var seen = client.head();
      assertThat(seen.status()).isEqualTo(101);
      assertThat(seen.value("Upgrade")).isEqualTo("websocket");
      assertThat(seen.value("Connection")).isEqualToIgnoringCase("upgrade");
      assertThat(seen.value("Sec-WebSocket-Accept")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
      assertThat(seen.value("Sec-WebSocket-Protocol")).isEqualTo("chat");
      assertThat(seen.names()).doesNotContain("set-cookie", "content-length", "transfer-encoding");
    }
    var up = upstream.received();
    assertThat(up.value("Authorization")).isEqualTo("Bearer gateway");
    assertThat(up.value("Sec-WebSocket-Protocol")).isEqualTo("chat, other");
    assertThat(up.value("Upgrade")).isEqualTo("websocket");
    assertThat(up.value("Connection")).isEqualToIgnoringCase("upgrade");
  }

  @ParameterizedTest
  @CsvSource({
    "/ws/x, 'keep-alive', 13, dGhlIHNhbXBsZSBub25jZQ==, 400",
    "/ws/x, Upgrade, 12, dGhlIHNhbXBsZSBub25jZQ==, 426",
    "/ws/x, Upgrade, '', dGhlIHNhbXBsZSBub25jZQ==, 426",
    "/ws/x, Upgrade, 13, dGhlIHNhbXBsZSBub25j, 400",
    "/ws/x, Upgrade, 13, '', 400",
    "/ws/x, Upgrade, 13, !!!hIHNhbXBsZSBub25jZQ==, 400",
    "/plain/x, Upgrade, 13, dGhlIHNhbXBsZSBub25jZQ==, 400",
  })
  @Proves("WS-02")
  @Case("T77")
  void aMalformedHandshakeGoesNowhere(
      String path, String connection, String version, String key, int status) {
    try (var client = relay.client().sends(handshake(path, connection, version, key))) {
      assertThat(client.answer().status()).isEqualTo(status);
    }
    assertThat(upstream.connections()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 5", "Transfer-Encoding: chunked"})
  @Proves("WS-02")
  @Case("T79")
  void aHandshakeWithABodyGoesNowhere(String framing) {
    try (var client =
        relay.client().sends(handshake().replace("Host: a\n", "Host: a\n" + framing + "\n"))) {
      assertThat(client.answer().status()).isEqualTo(400);
    }
    assertThat(upstream.connections()).isZero();
  }

  @Test
  @Proves("WS-02")
  void aHandshakeInAnOlderHttpGoesNowhere() {
    try (var client = relay.client().sends(handshake().replace("HTTP/1.1", "HTTP/1.0"))) {
      assertThat(client.answer().status()).isEqualTo(400);
    }
    assertThat(upstream.connections()).isZero();
  }

  @Test
  @Proves("WS-02")
  void anotherUpgradeIsAnOrdinaryRequest() {
    plays(
        line -> {
          var _ = line.readsRequest();
          line.says("HTTP/1.1 200 OK\nContent-Length: 2\n\nok");
        });
    try (var client = relay.client()) {
      client.sends("GET /ws/x HTTP/1.1\nHost: a\nUpgrade: foo/2\nConnection: Upgrade\n\n");
      assertThat(client.answer().text()).isEqualTo("ok");
    }
    assertThat(upstream.received().names()).doesNotContain("upgrade", "connection");
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404, 200})
  @Proves("WS-04")
  void aRefusalPassesWithItsFieldsAndItsBody(int status) {
    plays(
        line -> {
          var _ = line.readsRequest();
          line.says("HTTP/1.1 " + status + " No\nX-Why: because\nContent-Length: 4\n\nsigh");
        });
    try (var client = relay.client().sends(handshake())) {
      var seen = client.answer();
      assertThat(seen.status()).isEqualTo(status);
      assertThat(seen.text()).isEqualTo("sigh");
      assertThat(seen.value("X-Why")).isEqualTo("because");
    }
  }

  @Test
  @Proves("WS-07")
  void bytesPassBothWaysWhateverTheyAre() {
    try (var client = opened()) {
      var frames =
          new byte[] {
            (byte) 0x81, (byte) 0x82, 1, 2, 3, 4, 5, 6, (byte) 0x89, (byte) 0x80, 0, 0, 0, 0
          };
      client.sends(frames);
      assertThat(client.reads(frames.length)).isEqualTo(frames);
    }
    assertThat(relay.outcome()).isEqualTo(new Forwarded.Done(101));
  }

  @Test
  @Proves("WS-07")
  @Case("T79")
  void theUpstreamsCloseFramePasses() {
    plays(
        line -> {
          var _ = line.readsRequest();
          line.says(SWITCHING);
          line.says(new byte[] {(byte) 0x88, 2, 0x0f, (byte) 0xa0});
        });
    try (var client = opened()) {
      assertThat(client.reads(4)).containsExactly(0x88, 2, 0x0f, 0xa0);
      client.seesTheEnd();
    }
  }

  @Test
  @Proves("WS-07")
  void aBrowserThatLeavesClosesTheUpstream() {
    var gone = new CountDownLatch(1);
    plays(
        line -> {
          var _ = line.readsRequest();
          line.says(SWITCHING);
          if (line.readsByte() < 0) {
            gone.countDown();
          }
        });
    opened().close();
    Gate.await(gone);
  }

  @Test
  @Proves("WS-07")
  @Case("T79")
  void aSlowBrowserHoldsTheUpstreamBack() {
    var said = new AtomicLong();
    plays(
        line -> {
          var _ = line.readsRequest();
          line.says(SWITCHING);
          for (var i = 0; i < 256; i++) {
            line.says(new byte[MIB]);
            said.addAndGet(MIB);
          }
        });
    try (var client = RawClient.to(relay.port(), 64 * 1024).sends(handshake())) {
      client.head();
      Stillness.of(said::get);
      assertThat(said.get()).isLessThan(64L * MIB);
      var before = said.get();
      client.reads(128 * MIB);
      Waiting.until("the upstream says more", () -> said.get() > before);
    }
  }

  /// The end of the connection must not overtake what a slow browser has not read yet. How much the
  /// sockets hold decides where the end finds the bytes, hence the sizes.
  @ParameterizedTest
  @ValueSource(ints = {6, 8})
  @Proves("WS-07")
  void aSlowBrowserStillGetsAllThatAnUpstreamSaidBeforeItClosed(int mib) {
    var said = new AtomicLong();
    plays(
        line -> {
          var _ = line.readsRequest();
          line.says(SWITCHING);
          for (var i = 0; i < mib * 16; i++) {
            line.says(new byte[MIB / 16]);
            said.incrementAndGet();
          }
        });
    try (var client = RawClient.to(relay.port(), 32 * 1024).sends(handshake())) {
      client.head();
      Stillness.of(said::get);
      client.reads(mib * MIB);
      client.seesTheEnd();
    }
    assertThat(relay.outcome()).isEqualTo(new Forwarded.Done(101));
  }

  @Test
  @Proves("WS-07")
  void aSlowUpstreamHoldsTheBrowserBack() {
    plays(
        line -> {
          line.receiveBuffer(64 * 1024);
          var _ = line.readsRequest();
          line.says(SWITCHING);
          Gate.await(over);
        });
    var sent = new AtomicLong();
    try (var client = opened()) {
      Thread.ofVirtual()
          .start(
              () -> {
                for (var i = 0; i < 256 && client.floods(new byte[MIB], MIB) == MIB; i++) {
                  sent.addAndGet(MIB);
                }
              });
      Stillness.of(sent::get);
      assertThat(sent.get()).isLessThan(64L * MIB);
    }
  }

  // -- closing by the gateway

  @Test
  @Proves("WS-05")
  void aSeveredSocketSaysItsCodeAndCloses() {
    try (var client = opened()) {
      client.sends(new byte[] {(byte) 0x82, 1, 7});
      assertThat(client.reads(3)).containsExactly(0x82, 1, 7);
      relay.severs(4401, "session ended");
      assertThat(client.reads(17))
          .startsWith(0x88, 15, 0x11, 0x31)
          .endsWith("session ended".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }
    relay.outcome();
  }

  /// A frame that is under way is completed first: what follows half a frame is no close frame.
  @Test
  @Proves("WS-05")
  void theCodeWaitsForTheEndOfAFrame() {
    var rest = new CountDownLatch(1);
    plays(
        line -> {
          var _ = line.readsRequest();
          line.says(SWITCHING);
          line.says(new byte[] {(byte) 0x82, 126, 0, 4, 1, 2});
          Gate.await(rest);
          line.says(new byte[] {3, 4, (byte) 0x82, 1, 9});
          var _ = line.readsToTheEnd();
        });
    try (var client = opened()) {
      assertThat(client.reads(6)).containsExactly(0x82, 126, 0, 4, 1, 2);
      relay.severs(4401, "");
      relay.settles();
      rest.countDown();
      assertThat(client.reads(6)).containsExactly(3, 4, 0x88, 2, 0x11, 0x31);
    }
    relay.outcome();
  }

  @Test
  @Proves("WS-05")
  void aSocketWhoseFrameNeverEndsIsClosedAllTheSame() {
    plays(
        line -> {
          var _ = line.readsRequest();
          line.says(SWITCHING);
          line.says(new byte[] {(byte) 0x82, 100, 1});
          var _ = line.readsToTheEnd();
        });
    try (var client = opened()) {
      client.reads(3);
      relay.severs(4401, "");
      relay.settles();
      assertThat(relay.outcomeAfter(Duration.ofSeconds(2))).isInstanceOf(Forwarded.Aborted.class);
      client.seesTheEnd();
    }
  }

  @Test
  @Proves("PX-17")
  void anIdleSocketIsClosed() {
    try (var client = opened()) {
      Thread.ofVirtual().start(() -> relay.outcomeAfter(Duration.ofSeconds(61)));
      assertThat(client.reads(4)).startsWith(0x88, 6, 0x03, 0xe9);
    }
  }
}
