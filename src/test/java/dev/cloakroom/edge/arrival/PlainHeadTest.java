package dev.cloakroom.edge.arrival;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainHeadTest {
  private static final String PLAIN =
      "GET /a?b=c HTTP/1.1\r\nHost: a\r\nX-Empty:\r\nx-odd:\t \u00e9  b\tc \r\nHost: b\r\n\r\n";
  private static final int MUTANTS = 200_000;

  /// What a mutation puts in: all that means something in a head, and other things.
  private static final String[] PIECES = {
    "\r",
    "\n",
    "\r\n",
    "\r\n ",
    "\r\n\t",
    " ",
    "\t",
    ":",
    ": ",
    "\u0000",
    "\u007f",
    "\u000b",
    "\u00e9",
    "\u0085",
    "(",
    "\"",
    "Content-Length: 3\r\n",
    "Transfer-Encoding: chunked\r\n",
    "\r\n\r\n",
    "GET ",
    "HTTP/1.1",
    "HTTP/1.0",
    "HTTP/1.1 ",
    "0",
    "Connection: close\r\n",
    "a",
    "Sec-WebSocket-Key1: 1\r\n",
    "Sec-WebSocket-Key2: 1\r\n",
  };

  private final HttpServerOptions options = new HttpServerOptions();
  private final PlainHead plain = new PlainHead(options);

  private static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, ISO_8859_1);
  }

  private static String told(HttpRequest request) {
    var text = new StringBuilder(request.method() + " " + request.uri());
    text.append(' ').append(request.protocolVersion());
    request.headers().forEach(field -> text.append('|').append(field));
    return text.toString();
  }

  @Test
  @Proves("PX-07")
  void aPlainHeadIsReadAndNothingBehindIt() {
    var bytes = bytes(PLAIN + "GET /next");
    var request = plain.read(bytes);
    assertThat(request).isNotNull();
    assertThat(told(request))
        .isEqualTo("GET /a?b=c HTTP/1.1|Host=a|X-Empty=|x-odd=\u00e9  b\tc|Host=b");
    assertThat(bytes.toString(ISO_8859_1)).isEqualTo("GET /next");
  }

  @Test
  void aHeadThatIsNotAllThereIsLeftAsItIs() {
    var _ = plain.read(bytes(PLAIN)); // so that something stands where the next one ends
    for (var cut = 0; cut < PLAIN.length(); cut++) {
      var bytes = bytes(PLAIN.substring(0, cut));
      assertThat(plain.read(bytes)).as("cut at %s", cut).isNull();
      assertThat(bytes.readableBytes()).isEqualTo(cut);
    }
  }

  @Test
  void aHeadThatIsLongerThanTheListenerTakesIsLeftAsItIs() {
    var small = new PlainHead(new HttpServerOptions().setMaxHeaderSize(PLAIN.length() - 1));
    assertThat(small.read(bytes(PLAIN))).isNull();
    var line = new PlainHead(new HttpServerOptions().setMaxInitialLineLength(PLAIN.length() - 1));
    assertThat(line.read(bytes(PLAIN))).isNull();
    assertThat(plain.read(bytes("GET /" + "a".repeat(5_000) + " HTTP/1.1\r\n\r\n"))).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST / HTTP/1.1\r\nHost: a\r\n\r\n",
        "get / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET  HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /  HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /\t HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /\u00e9 HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.0\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\nHost: a\r\n\r\n",
        "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
        "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\tb\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\u0000\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\u007f\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\n",
        "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        "GET / HTTP/1.1\r\nHo(st: a\r\n\r\n",
        "GET / HTTP/1.1\r\n\u00e9: a\r\n\r\n",
        "GET / HTTP/1.1\r\n: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\ncontent-length: 0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nSec-WebSocket-Key1: a\r\nSec-WebSocket-Key2: a\r\n\r\n",
      })
  @Proves("PX-07")
  void whatIsOddOrHasABodyIsLeftAsItIs(String text) {
    var bytes = bytes(text);
    assertThat(plain.read(bytes)).isNull();
    assertThat(bytes.toString(ISO_8859_1)).isEqualTo(text);
  }

  /// Against the library's decoder, byte for byte, which is the one that reads all the rest.
  @Test
  @Proves("PX-07")
  void whatIsReadHereIsWhatTheDecoderWouldReadOfTheSameBytes() {
    var random = new SplittableRandom(1);
    var taken = 0;
    for (var i = 0; i < MUTANTS; i++) {
      var text = mutant(random) + "GET /next HTTP/1.1\r\n\r\n";
      var bytes = bytes(text);
      var request = plain.read(bytes);
      if (request != null) {
        taken++;
        var head = text.substring(0, text.length() - bytes.readableBytes());
        assertThat(told(request)).as(head).isEqualTo(decoded(head));
      }
    }
    assertThat(taken).isBetween(MUTANTS / 10, MUTANTS * 9 / 10);
  }

  private static String mutant(SplittableRandom random) {
    var text = new StringBuilder(PLAIN);
    for (var n = random.nextInt(1, 4); n > 0; n--) {
      var at = random.nextInt(text.length());
      var end = random.nextBoolean() ? at : Math.min(text.length(), at + random.nextInt(4));
      text.replace(at, end, PIECES[random.nextInt(PIECES.length)]);
    }
    return text.toString();
  }

  /// The one request without a body that the whole of it is; null where it is something else.
  private @Nullable String decoded(String head) {
    var channel = new EmbeddedChannel(new VertxHttpRequestDecoder(options));
    try {
      channel.writeInbound(bytes(head));
      Object first = channel.readInbound();
      Object second = channel.readInbound();
      Object third = channel.readInbound();
      var whole =
          first instanceof HttpRequest request
              && request.decoderResult().isSuccess()
              && request.method().equals(HttpMethod.GET)
              && request.protocolVersion().equals(HttpVersion.HTTP_1_1)
              && Objects.equals(second, LastHttpContent.EMPTY_LAST_CONTENT)
              && third == null;
      return whole ? told((HttpRequest) first) : null;
    } finally {
      channel.finishAndReleaseAll();
    }
  }
}
