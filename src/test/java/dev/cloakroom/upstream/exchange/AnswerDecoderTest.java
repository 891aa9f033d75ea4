package dev.cloakroom.upstream.exchange;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerDecoderTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private final AnswerDecoder decoder = new AnswerDecoder();
  private final EmbeddedChannel channel = new EmbeddedChannel(decoder);

  private List<String> hears(String text) {
    channel.writeInbound(Unpooled.copiedBuffer(text, US_ASCII));
    var seen = new ArrayList<String>();
    for (Object part = channel.readInbound(); part != null; part = channel.readInbound()) {
      if (part instanceof HttpResponse answer) {
        seen.add(answer.decoderResult().isSuccess() ? "" + answer.status().code() : "invalid");
      }
      if (part instanceof HttpContent content && content.content().isReadable()) {
        seen.add(content.content().toString(US_ASCII));
      }
      if (part instanceof ByteBuf bytes) {
        seen.add("bytes " + bytes.toString(US_ASCII));
      }
      ReferenceCountUtil.release(part);
    }
    return seen;
  }

  @Test
  @Proves("PX-07")
  void whatComesAfterAnUpgradeIsNoAnswer() {
    assertThat(hears("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h3\r\n\r\n"))
        .containsExactly("101");
    assertThat(hears(OK)).containsExactly("bytes " + OK);
  }

  @Test
  @Proves("PX-07")
  void anAnswerToHeadHasNoBodyWhateverItSays() {
    decoder.expect(true);
    assertThat(hears("HTTP/1.1 200 OK\r\nContent-Length: 42\r\n\r\n" + OK))
        .startsWith("200", "200")
        .doesNotContain("ok");
  }

  @Test
  @Proves("PX-07")
  void aBodyThatLooksLikeAnAnswerIsABody() {
    var length = "Content-Length: " + OK.length() + "\r\n\r\n";
    assertThat(hears("HTTP/1.1 200 OK\r\n" + length)).containsExactly("200");
    assertThat(hears(OK + OK)).containsExactly(OK, "200", "ok");
  }
}
