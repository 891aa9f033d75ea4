package dev.cloakroom.upstream.exchange;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainAnswerTest {
  private static final String PLAIN =
      "HTTP/1.1 200 All right\r\nX-Odd:\t \u00e9  b \r\nContent-Length: 5\r\nX-Empty:\r\n\r\na\r\nbc";
  private static final int MUTANTS = 200_000;

  private static final String[] PIECES = {
    "\r",
    "\n",
    "\r\n",
    "\r\n ",
    " ",
    "\t",
    ":",
    "\u0000",
    "\u007f",
    "\u000b",
    "\u00e9",
    "(",
    "5",
    "0",
    "Content-Length: 5\r\n",
    "Transfer-Encoding: chunked\r\n",
    "\r\n\r\n",
    "HTTP/1.1 ",
    "HTTP/1.0",
    "204",
    "304",
    "101",
    "999",
    "a",
    "-",
    "+",
    ",",
  };

  private final PlainAnswer plain = new PlainAnswer();

  private static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, ISO_8859_1);
  }

  /// Tells the parts of an answer, and gives them back.
  private static String told(List<Object> parts) {
    var text = new StringBuilder();
    for (var part : parts) {
      if (((HttpObject) part).decoderResult().isFailure()) {
        text.append("invalid");
      }
      if (part instanceof HttpResponse answer) {
        text.append(answer.protocolVersion()).append(' ').append(answer.status().code());
        answer.headers().forEach(field -> text.append('|').append(field));
      }
      if (part instanceof HttpContent content) {
        text.append('|').append(content.content().toString(ISO_8859_1));
      }
      if (part instanceof LastHttpContent end) {
        assertThat(end.trailingHeaders()).isEmpty();
        text.append("|end");
      }
      ReferenceCountUtil.release(part);
    }
    return text.toString();
  }

  @Test
  @Proves("PX-07")
  void aPlainAnswerIsReadAndNothingBehindIt() {
    var out = new ArrayList<Object>();
    var bytes = bytes(PLAIN + "HTTP/1.1 200");
    assertThat(plain.read(bytes, out)).isTrue();
    assertThat(bytes.toString(ISO_8859_1)).isEqualTo("HTTP/1.1 200");
    assertThat(told(out))
        .isEqualTo("HTTP/1.1 200|X-Odd=\u00e9  b|Content-Length=5|X-Empty=|a\r\nbc|end");
    assertThat(bytes.release()).as("nobody has it any more").isTrue();
  }

  @Test
  void anAnswerThatIsNotAllThereIsLeftAsItIs() {
    var _ =
        plain.read(bytes(PLAIN), new ArrayList<>()); // so that something stands where the next ends
    for (var cut = 0; cut < PLAIN.length(); cut++) {
      leaves(PLAIN.substring(0, cut));
    }
  }

  private void leaves(String text) {
    var out = new ArrayList<Object>();
    var bytes = bytes(text);
    assertThat(plain.read(bytes, out)).as(text).isFalse();
    assertThat(out).isEmpty();
    assertThat(bytes.toString(ISO_8859_1)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 101 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 100 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 204 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 304 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 0200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 2\u00b20 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 O\u0000K\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 00\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0, 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 4294967296\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: a\r\n b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: a\rb\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: a\u0000b\r\n\r\n",
      })
  @Proves("PX-07")
  void whatIsOddIsLeftAsItIs(String text) {
    leaves(text);
  }

  /// Against Netty's decoder, which is the one that reads all the rest.
  @Test
  @Proves("PX-07")
  void whatIsReadHereIsWhatTheDecoderWouldReadOfTheSameBytes() {
    var random = new SplittableRandom(1);
    var taken = 0;
    for (var i = 0; i < MUTANTS; i++) {
      var text = mutant(random);
      var bytes = bytes(text);
      var out = new ArrayList<Object>();
      if (plain.read(bytes, out)) {
        taken++;
        var answer = text.substring(0, text.length() - bytes.readableBytes());
        assertThat(told(out)).as(answer).isEqualTo(told(decoded(answer)));
      }
      bytes.release();
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
    return text.append("behind").toString();
  }

  private static List<Object> decoded(String answer) {
    var channel = new EmbeddedChannel(new HttpResponseDecoder());
    channel.writeInbound(bytes(answer));
    var parts = new ArrayList<Object>();
    for (Object part = channel.readInbound(); part != null; part = channel.readInbound()) {
      parts.add(part);
    }
    channel.finishAndReleaseAll();
    return parts;
  }
}
