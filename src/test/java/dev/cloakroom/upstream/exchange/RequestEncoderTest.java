package dev.cloakroom.upstream.exchange;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The bytes of a request.
class RequestEncoderTest {
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final RequestEncoder encoder = new RequestEncoder(channel);

  @AfterEach
  void end() {
    var _ = channel.finishAndReleaseAll();
  }

  private static RequestHead head(Framing framing) {
    return new RequestHead(
        HttpMethod.POST, "/a?b=%20", "orders:81", framing, to -> to.add("X-Y", "caf\u00e9"));
  }

  private String sent() {
    var out = new StringBuilder();
    for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
      out.append(next.toString(ISO_8859_1));
      next.release();
    }
    return out.toString();
  }

  private static final String START =
      "POST /a?b=%20 HTTP/1.1\r\nhost: orders:81\r\nX-Y: caf\u00e9\r\n";

  @Test
  @Proves("PX-05")
  void aRequestWithoutABodyIsItsHead() {
    encoder.send(head(Framing.NONE), null, true);
    assertThat(sent()).isEqualTo(START + "\r\n");
  }

  @Test
  void aSmallBodyLeavesWithItsHeadInOnePiece() {
    encoder.send(head(new Framing.Length(2)), Buffer.buffer("ok"), true);
    assertThat(channel.outboundMessages()).hasSize(1);
    assertThat(sent()).isEqualTo(START + "content-length: 2\r\n\r\nok");
  }

  @Test
  void aBodyGoesOutTwiceWhereItHasTo() {
    var body = Buffer.buffer("b".repeat(20_000));
    encoder.send(head(new Framing.Length(20_000)), body, true);
    var first = sent();
    encoder.send(head(new Framing.Length(20_000)), body, true);
    assertThat(sent()).isEqualTo(first).endsWith("\r\n\r\n" + "b".repeat(20_000));
  }

  @Test
  @Proves("PX-06")
  void chunksSayHowLongTheyAre() {
    encoder.send(head(Framing.CHUNKED), Buffer.buffer("0123456789abcdef"), false);
    encoder.write(Buffer.buffer("xy"));
    encoder.end();
    assertThat(sent())
        .isEqualTo(
            START
                + "transfer-encoding: chunked\r\n\r\n"
                + "10\r\n0123456789abcdef\r\n2\r\nxy\r\n0\r\n\r\n");
  }

  @Test
  @Proves("PX-06")
  void anEmptyChunkIsNotTheLastOne() {
    encoder.send(head(Framing.CHUNKED), null, false);
    encoder.write(Buffer.buffer());
    assertThat(sent()).endsWith("chunked\r\n\r\n");
  }

  @Test
  void theEndOfABodyOfKnownLengthIsNothing() {
    encoder.send(head(new Framing.Length(2)), null, false);
    encoder.write(Buffer.buffer("ok"));
    encoder.end();
    assertThat(sent()).endsWith("content-length: 2\r\n\r\nok");
  }

  @Test
  void anUpgradeSaysSo() {
    encoder.send(head(Framing.UPGRADE), null, false);
    assertThat(sent()).isEqualTo(START + "connection: upgrade\r\nupgrade: websocket\r\n\r\n");
  }
}
