package dev.cloakroom.edge.arrival;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.function.Consumer;

/// What a connection without TLS speaks: HTTP/2 where it begins with the whole preface of that,
/// HTTP/1.1 from the first byte on that differs. Until then it holds back what came, 23 bytes at
/// most; then it makes way, and every byte passes to whoever has taken the connection.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9113#section-3.3 RFC 9113, 3.3
public final class PriorKnowledge extends ByteToMessageDecoder {
  private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);

  private final Consumer<Boolean> speaksHttp2;

  /// Makes one for a connection.
  ///
  /// @param speaksHttp2 is told once, and has then taken the connection
  public PriorKnowledge(Consumer<Boolean> speaksHttp2) {
    this.speaksHttp2 = speaksHttp2;
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf bytes, List<Object> out) {
    var seen = Math.min(bytes.readableBytes(), PREFACE.length);
    var same = 0;
    while (same < seen && bytes.getByte(bytes.readerIndex() + same) == PREFACE[same]) {
      same++;
    }
    if (same == PREFACE.length || same < seen) {
      speaksHttp2.accept(same == PREFACE.length);
      context.pipeline().remove(this);
    }
  }
}
