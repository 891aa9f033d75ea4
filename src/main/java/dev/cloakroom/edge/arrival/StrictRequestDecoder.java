package dev.cloakroom.edge.arrival;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.List;
import java.util.function.IntPredicate;

/// The decoder of requests, which takes no folded field line and no request line but three words
/// with one space between them. The one below joins folded lines, takes tabs, carriage returns and
/// any number of blanks for a space, and leaves odd versions to somebody who hangs up without a
/// word; another server before or behind us may understand all that otherwise.
///
/// A body in chunks that breaks ends its connection without a word in the one below; here whoever
/// has the request is told first, where there is somebody, and nothing more is read.
///
/// A [PlainHead] is read at once. Of any other it looks a second time at what the decoder has
/// consumed, from line end to line end, and never at a body.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9112.html#section-3 request line
/// @spec https://www.rfc-editor.org/rfc/rfc9112.html#section-5.2 obsolete line folding
public final class StrictRequestDecoder extends VertxHttpRequestDecoder {
  private static final String NAME = "httpDecoder";
  private static final byte LF = '\n';

  private final IntPredicate tellsBroken;
  private final PlainHead plain;
  private boolean between = true;
  private int heads;
  private ByteBuf bytes = Unpooled.EMPTY_BUFFER;
  private int from;
  private boolean inHead;
  private boolean folded;
  private int wordEnd;
  private boolean oddLine;

  /// Makes one for a connection.
  ///
  /// @param tellsBroken tells whoever has the request, the how many-th of the connection it is,
  ///   that its body broke; false where nobody has it yet
  public StrictRequestDecoder(HttpServerOptions options, IntPredicate tellsBroken) {
    super(options);
    this.plain = new PlainHead(options);
    this.tellsBroken = tellsBroken;
  }

  /// Puts one in the place of the connection's decoder, before it has read anything.
  public static void guard(
      HttpConnection connection, HttpServerOptions options, IntPredicate tellsBroken) {
    var above = ((ConnectionBase) connection).channelHandlerContext();
    above.pipeline().replace(NAME, NAME, new StrictRequestDecoder(options, tellsBroken));
    above.pipeline().addBefore(above.name(), null, OwnBytes.KEPT);
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf buffer, List<Object> out)
      throws Exception {
    var request = between ? plain.read(buffer) : null;
    if (request == null) {
      decodeAny(context, buffer, out);
    } else {
      heads++;
      out.add(request);
      out.add(LastHttpContent.EMPTY_LAST_CONTENT);
    }
  }

  private void decodeAny(ChannelHandlerContext context, ByteBuf buffer, List<Object> out)
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
    between =
        !out.isEmpty()
            && out.getLast() instanceof LastHttpContent end
            && end.decoderResult().isSuccess();
    if (!out.isEmpty()
        && out.getLast() instanceof HttpContent part
        && part.decoderResult().isFailure()
        && !(part instanceof HttpMessage)
        && tellsBroken.test(heads)) {
      out.removeLast();
      part.release();
    }
  }

  /// The line stands at the beginning of a buffer of its own.
  @Override
  protected String splitFirstWordInitialLine(byte[] line, int start, int length) {
    oddLine = start != 0;
    wordEnd = start + length;
    return super.splitFirstWordInitialLine(line, start, length);
  }

  @Override
  protected String splitSecondWordInitialLine(byte[] line, int start, int length) {
    oddLine |= !isNextWord(line, start);
    wordEnd = start + length;
    return super.splitSecondWordInitialLine(line, start, length);
  }

  @Override
  protected String splitThirdWordInitialLine(byte[] line, int start, int length) {
    oddLine |= !isNextWord(line, start);
    return super.splitThirdWordInitialLine(line, start, length);
  }

  private boolean isNextWord(byte[] line, int start) {
    return start == wordEnd + 1 && line[wordEnd] == ' ';
  }

  @Override
  protected HttpMessage createMessage(String[] initialLine) {
    var version = initialLine[2];
    if (oddLine || !(version.equals("HTTP/1.1") || version.equals("HTTP/1.0"))) {
      throw new IllegalArgumentException("not a request line");
    }
    inHead = true;
    heads++;
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
