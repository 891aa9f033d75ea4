package dev.cloakroom.upstream.exchange;

import dev.cloakroom.octets.HeadWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelPromise;
import io.netty.channel.VoidChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.util.AsciiString;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Writes requests: a head, with a small body in the same piece, and bodies in the way that the
/// head says. Whether a write succeeds nobody asks; of a connection that is gone its end tells.
final class RequestEncoder {
  /// Up to here a body is copied behind its head.
  private static final int SMALL = 16 * 1024;

  private static final CharSequence VERSION = AsciiString.cached("HTTP/1.1");
  private static final ByteBuf LINE_END = constant("\r\n");
  private static final ByteBuf LAST_CHUNK = constant("0\r\n\r\n");

  private final Channel channel;
  private final ChannelPromise unheard;
  private boolean chunked;

  RequestEncoder(Channel channel) {
    this.channel = channel;
    this.unheard = new VoidChannelPromise(channel, false);
  }

  private static ByteBuf constant(String text) {
    var bytes = text.getBytes(StandardCharsets.US_ASCII);
    return Unpooled.unreleasableBuffer(
        Unpooled.directBuffer(bytes.length).writeBytes(bytes).asReadOnly());
  }

  void send(RequestHead head, @Nullable Buffer body, boolean last) {
    chunked = head.framing() instanceof Framing.Chunked;
    var together = body != null && !chunked && body.length() <= SMALL ? bytes(body) : null;
    var out = head(head, together == null ? 0 : together.readableBytes());
    if (together != null) {
      out.writeBytes(together);
    }
    write(out);
    if (body != null && together == null) {
      body(body);
    }
    if (last && chunked) {
      write(LAST_CHUNK.duplicate());
    }
    channel.flush();
  }

  private ByteBuf head(RequestHead head, int extra) {
    var writer =
        HeadWriter.begin()
            .line(head.method().name(), head.target(), VERSION)
            .field(HttpHeaderNames.HOST, head.authority());
    head.fields()
        .accept(
            (name, value) -> {
              var _ = writer.field(name, value);
            });
    var framed =
        switch (head.framing()) {
          case Framing.None() -> writer;
          case Framing.Length(var length) ->
              writer.field(HttpHeaderNames.CONTENT_LENGTH, Long.toString(length));
          case Framing.Chunked() ->
              writer.field(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
          case Framing.Upgrade() ->
              writer
                  .field(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
                  .field(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
        };
    return framed.finish(channel.alloc(), extra);
  }

  void write(Buffer chunk) {
    body(chunk);
    channel.flush();
  }

  /// An empty chunk would be the last one.
  private void body(Buffer chunk) {
    if (chunk.length() == 0) {
      return;
    }
    if (chunked) {
      write(ByteBufUtil.writeAscii(channel.alloc(), Integer.toHexString(chunk.length()) + "\r\n"));
      write(bytes(chunk));
      write(LINE_END.duplicate());
    } else {
      write(bytes(chunk));
    }
  }

  void end() {
    if (chunked) {
      write(LAST_CHUNK.duplicate());
      channel.flush();
    }
  }

  /// From here on bytes go out as they are.
  void upgrade() {
    chunked = false;
  }

  /// Closes when everything has gone out, or cannot.
  void flushAndClose() {
    var _ = channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  private void write(ByteBuf bytes) {
    var _ = channel.write(bytes, unheard);
  }

  private static ByteBuf bytes(Buffer buffer) {
    return ((BufferInternal) buffer).getByteBuf();
  }
}
