package dev.cloakroom.wire;

import static dev.cloakroom.world.RawHttp2.END_HEADERS;
import static dev.cloakroom.world.RawHttp2.END_STREAM;
import static dev.cloakroom.world.RawHttp2.HEADERS;
import static dev.cloakroom.world.RawHttp2.frame;
import static dev.cloakroom.world.RawHttp2.literals;
import static dev.cloakroom.world.RawHttp2.request;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import dev.cloakroom.world.RawClient;
import dev.cloakroom.world.RawHttp2;
import dev.cloakroom.world.Waiting;
import dev.cloakroom.world.World;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `server.h2c`: which of two protocols a connection without TLS speaks is decided by its first
/// bytes and by nothing that comes later.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9113#section-3.3 RFC 9113, 3.3
class PriorKnowledgeTest {
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  private static final String REFUSED = "HTTP/1.0 400"; // of a version that nobody knows

  @RegisterExtension
  final World world =
      new World(config -> config.h2c().trustedProxies("127.0.0.1").grace(Duration.ofSeconds(10)));

  private RawClient older() {
    return RawClient.to(world.gateway().port());
  }

  private RawHttp2 client() {
    return RawHttp2.plain(world.gateway().port());
  }

  private String authority() {
    return "localhost:" + world.gateway().port();
  }

  private String get(String path) {
    return "GET %s HTTP/1.1\r\nHost: %s\r\n".formatted(path, authority());
  }

  @Test
  @Proves("PX-09")
  void aPrefaceInCrumbsIsAPreface() {
    try (var client = older()) {
      for (var crumb : List.of("P", "RI * HTTP/2", ".0\r\n\r\nSM\r", "\n\r", "\n")) {
        client.sendsExactly(crumb);
      }
      client.sends(frame(RawHttp2.SETTINGS, 0, 0, new byte[0]));
      var head = client.reads(9); // the gateway's settings
      assertThat(head[3]).isEqualTo((byte) RawHttp2.SETTINGS);
    }
  }

  /// The bytes that are like the preface's are those of the request, too.
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 1000})
  @Proves("PX-09")
  void whatBeginsLikeThePrefaceAndIsNoneIsHttp11(int crumb) {
    try (var client = older()) {
      var text = get("/public/x").replace("GET", "POST") + "Content-Length: 2\r\n\r\nab";
      for (var at = 0; at < text.length(); at += crumb) {
        client.sendsExactly(text.substring(at, Math.min(text.length(), at + crumb)));
      }
      assertThat(client.answer().status()).isEqualTo(200);
      assertThat(world.upstream().last().method()).isEqualTo("POST");
      client.sends(get("/public/y") + "\r\n");
      assertThat(client.answer().status()).isEqualTo(200);
      assertThat(world.upstream().last().headers().get("Via")).isEqualTo("1.1 cloakroom");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n",
        "PRI * HTTP/2.0\r\nHost: AUTHORITY\r\n\r\n",
        "PRI  * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "PRI * HTTP/1.1\r\nHost: AUTHORITY\r\n\r\n",
        "\r\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
      })
  @Proves({"PX-09", "PX-16"})
  void almostAPrefaceIsABadRequest(String text) {
    try (var client = older()) {
      client.sendsExactly(text.replace("AUTHORITY", authority()));
      assertThat(client.answer().status()).isEqualTo(400);
    }
    assertThat(world.upstream().calls()).isEmpty();
  }

  /// It would be another connection to whoever stands in front, and has been one to us.
  @Test
  @Proves("PX-16")
  @Case("T77")
  void aPrefaceBehindARequestIsRefused() {
    try (var client = older()) {
      client.sends(get("/public/x") + "\r\n");
      assertThat(client.answer().status()).isEqualTo(200);
      client.sends(smuggled());
      assertThat(client.readsToTheEnd()).startsWith(REFUSED);
    }
    assertThat(world.upstream().calls()).hasSize(1);
  }

  @Test
  @Proves("PX-16")
  @Case("T77")
  void aPrefaceInOneBreathWithARequestIsRefusedToo() {
    try (var client = older()) {
      var both = (get("/public/x") + "\r\n").getBytes(ISO_8859_1);
      var all = new byte[both.length + smuggled().length];
      System.arraycopy(both, 0, all, 0, both.length);
      System.arraycopy(smuggled(), 0, all, both.length, smuggled().length);
      client.sends(all);
      assertThat(client.answer().status()).isEqualTo(200);
      assertThat(client.readsToTheEnd()).startsWith(REFUSED);
    }
    assertThat(world.upstream().calls()).hasSize(1);
  }

  private byte[] smuggled() {
    var request =
        frame(
            HEADERS,
            END_STREAM | END_HEADERS,
            1,
            literals(request("GET", authority(), "/public/smuggled")));
    var all = new byte[PREFACE.length() + 9 + request.length];
    System.arraycopy(PREFACE.getBytes(ISO_8859_1), 0, all, 0, PREFACE.length());
    System.arraycopy(frame(RawHttp2.SETTINGS, 0, 0, new byte[0]), 0, all, PREFACE.length(), 9);
    System.arraycopy(request, 0, all, PREFACE.length() + 9, request.length);
    return all;
  }

  /// RFC 9113, 3.1: that way to HTTP/2 is gone.
  @Test
  @Proves({"PX-01", "PX-16"})
  @Case("T77")
  void nobodyIsUpgraded() {
    try (var client = older()) {
      client.sends(
          get("/public/x")
              + "Connection: Upgrade, HTTP2-Settings\r\n"
              + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n");
      var answer = client.answer();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.names()).doesNotContain("upgrade");
      assertThat(world.upstream().last().headers().names())
          .doesNotContain("Upgrade", "HTTP2-Settings");
      client.sends(smuggled());
      assertThat(client.readsToTheEnd()).startsWith(REFUSED);
    }
    assertThat(world.upstream().calls()).hasSize(1);
  }

  @Test
  @Proves("PX-01")
  void aClientThatAsksForTheUpgradeGoesOnWithHttp11() throws Exception {
    try (var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
      var answer =
          client.send(
              HttpRequest.newBuilder(world.gateway().publicUrl().resolve("/public/x")).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
    }
  }

  /// The first request, too, is read by the decoder that takes no two meanings.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET  /public/x HTTP/1.1\r\nHost: AUTHORITY\r\n\r\n",
        "GET /public/x HTTP/1.1\r\nHost: AUTHORITY\r\nX-A: 1\r\n 2\r\n\r\n",
        "GET\t/public/x HTTP/1.1\r\nHost: AUTHORITY\r\n\r\n",
        "GET /public/x HTTP/1.2\r\nHost: AUTHORITY\r\n\r\n"
      })
  @Proves("PX-16")
  void http11IsAsStrictAsEver(String text) {
    try (var client = older()) {
      client.sendsExactly(text.replace("AUTHORITY", authority()));
      assertThat(client.answer().status()).isEqualTo(400);
      client.seesTheEnd();
    }
    assertThat(world.upstream().calls()).isEmpty();
  }

  @Test
  @Proves({"PX-09", "PX-16"})
  void settingsComeFirst() {
    try (var client = older()) {
      client.sendsExactly(PREFACE);
      client.sends(
          frame(
              HEADERS,
              END_STREAM | END_HEADERS,
              1,
              literals(request("GET", authority(), "/public/x"))));
      assertThat(client.readsToTheEnd()).doesNotContain("200");
    }
    assertThat(world.upstream().calls()).isEmpty();
  }

  /// What the proxy says of the client holds as in HTTP/1.1; what it says of the scheme decides
  /// nothing.
  @ParameterizedTest
  @ValueSource(strings = {"http", "https"})
  @Proves({"PX-10", "PX-11"})
  @Case("T72")
  void aTrustedProxySaysWhoTheClientIs(String scheme) {
    try (var client = client()) {
      client.head(
          1,
          END_STREAM,
          ":method",
          "GET",
          ":scheme",
          scheme,
          ":authority",
          authority(),
          ":path",
          "/public/x",
          "x-forwarded-for",
          "203.0.113.7",
          "x-forwarded-proto",
          "gopher");
      assertThat(client.answer(1).status()).isEqualTo(200);
    }
    var http2 = world.upstream().last().headers();
    try (var client = older()) {
      client.sends(
          get("/public/x") + "X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Proto: gopher\r\n\r\n");
      assertThat(client.answer().status()).isEqualTo(200);
    }
    var http1 = world.upstream().last().headers();
    for (var field : List.of("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Host")) {
      assertThat(http2.getAll(field)).as(field).isEqualTo(http1.getAll(field)).hasSize(1);
    }
    assertThat(http2.get("X-Forwarded-For")).startsWith("203.0.113.7");
  }

  @Test
  @Proves("OPS-05")
  void aLeavingGatewayDoesNotWaitForHalfAPreface() {
    try (var silent = older();
        var half = older()) {
      half.sendsExactly("PRI * HTTP");
      try (var client = client()) {
        client.get(1, authority(), "/public/x");
        assertThat(client.answer(1).status()).isEqualTo(200);
        var stopped = world.gateway().stop();
        assertThat(client.goodbye().code()).isZero();
        silent.seesTheEnd();
        half.seesTheEnd();
        Waiting.on(stopped);
      }
    }
  }
}
