package dev.cloakroom.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpMessage;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.List;

/// The decoder of requests, which takes no folded field line. The one below joins the lines, so
/// that nobody after it could tell; another server before or behind us may take them for two
/// fields.
///
/// It looks a second time at what the decoder has consumed of a head, from line end to line end,
/// and never at a body.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9112.html#section-5.2 obsolete line folding
final class StrictRequestDecoder extends VertxHttpRequestDecoder {
  private static final String NAME = "httpDecoder";
  private static final byte LF = '\n';

  private ByteBuf bytes = Unpooled.EMPTY_BUFFER;
  private int from;
  private boolean inHead;
  private boolean folded;

  StrictRequestDecoder(HttpServerOptions options) {
    super(options);
  }

  /// Puts one in the place of the connection's decoder, before it has read anything.
  static void guard(HttpConnection connection, HttpServerOptions options) {
    ((ConnectionBase) connection)
        .channelHandlerContext()
        .pipeline()
        .replace(NAME, NAME, new StrictRequestDecoder(options));
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf buffer, List<Object> out)
      throws Exception {
    bytes = buffer;
    from = buffer.readerIndex();
    if (inHead && buffer.isReadable() && isBlank(buffer.getByte(from))) {
      folded = true;
    }
    super.decode(context, buffer, out);
    if (inHead) {
      look();
    }
  }

  @Override
  protected HttpMessage createMessage(String[] initialLine) {
    inHead = true;
    return super.createMessage(initialLine);
  }

  /// Asked once for each head, when all of it has been read; a fault here makes it invalid.
  @Override
  protected boolean isContentAlwaysEmpty(HttpMessage message) {
    if (inHead) {
      inHead = false;
      look();
      if (folded) {
        throw new IllegalArgumentException("a folded field line");
      }
    }
    return super.isContentAlwaysEmpty(message);
  }

  private void look() {
    var end = bytes.readerIndex();
    for (var at = bytes.indexOf(from, end, LF);
        at >= 0 && at + 1 < end;
        at = bytes.indexOf(at + 1, end, LF)) {
      if (isBlank(bytes.getByte(at + 1))) {
        folded = true;
        return;
      }
    }
  }

  private static boolean isBlank(byte one) {
    return one == ' ' || one == '\t';
  }
}
