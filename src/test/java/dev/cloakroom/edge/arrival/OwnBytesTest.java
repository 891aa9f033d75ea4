package dev.cloakroom.edge.arrival;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// What was read is nobody's but the collector's.
class OwnBytesTest {
  private final AdaptiveByteBufAllocator pool = new AdaptiveByteBufAllocator();
  private final EmbeddedChannel channel = new EmbeddedChannel(OwnBytes.KEPT);

  private ByteBuf pooled() {
    return pool.directBuffer().writeBytes("bytes".getBytes(US_ASCII));
  }

  private Object passed(Object message) {
    channel.writeInbound(message);
    return channel.readInbound();
  }

  private void isCopied(Function<ByteBuf, Object> message) {
    var read = pooled();
    var kept = passed(message.apply(read));
    var bytes = kept instanceof ByteBufHolder part ? part.content() : (ByteBuf) kept;
    assertThat(read.refCnt()).isZero();
    assertThat(bytes.alloc()).isNotInstanceOf(AdaptiveByteBufAllocator.class);
    assertThat(bytes.hasArray()).isTrue();
    assertThat(bytes.toString(US_ASCII)).isEqualTo("bytes");
  }

  @Test
  void aPartOfABodyIsCopied() {
    isCopied(DefaultHttpContent::new);
  }

  @Test
  void theLastPartIsCopiedAndStaysTheLast() {
    isCopied(DefaultLastHttpContent::new);
    assertThat(passed(new DefaultLastHttpContent(pooled()))).isInstanceOf(LastHttpContent.class);
  }

  @Test
  void bytesOfATunnelAreCopied() {
    isCopied(bytes -> bytes);
  }

  @Test
  void whatHoldsNoBytesPassesAsItIs() {
    assertThat(passed(LastHttpContent.EMPTY_LAST_CONTENT))
        .isSameAs(LastHttpContent.EMPTY_LAST_CONTENT);
    assertThat(passed("a head")).isEqualTo("a head");
  }
}
