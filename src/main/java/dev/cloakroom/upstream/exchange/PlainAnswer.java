package dev.cloakroom.upstream.exchange;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.cloakroom.octets.HeadReader;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.vertx.core.http.impl.headers.HeadersMultiMap;
import java.util.List;

/// Reads the answer that most requests get: over HTTP/1.1, its head short and with nothing odd in
/// it, with a length, and with a body that is all there. It never refuses one: what is not exactly
/// so it leaves untouched to the decoder, which would make the same answer of what is taken here.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9112.html#section-4 status line
final class PlainAnswer implements HeadReader.Fields {
  private static final byte[] VERSION = "HTTP/1.1 ".getBytes(US_ASCII);
  private static final byte[] SPACE = {' '};
  private static final int DIGITS = 7;
  private static final int NONE = -1;

  private HeadersMultiMap fields = HeadersMultiMap.caseInsensitive();
  private int length;

  /// Reads an answer that is not one to `HEAD`; false, with nothing read, where the decoder shall
  /// see to it.
  boolean read(ByteBuf bytes, List<Object> out) {
    var head = HeadReader.begin(bytes, HeadReader.LONGEST);
    if (!head.skip(VERSION)) {
      return false;
    }
    var status = number(head.word());
    if (!hasBody(status) || !head.skip(SPACE)) {
      return false;
    }
    fields = HeadersMultiMap.caseInsensitive(); // what goes in has been looked at
    length = NONE;
    if (!head.skipLine()
        || !head.fields(this)
        || length == NONE
        || bytes.readableBytes() - head.length() < length) {
      return false;
    }
    bytes.skipBytes(head.length());
    out.add(
        new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), fields));
    out.add(
        length == 0
            ? LastHttpContent.EMPTY_LAST_CONTENT
            : new DefaultLastHttpContent(
                bytes.readRetainedSlice(length), EmptyHttpHeaders.INSTANCE));
    return true;
  }

  private static boolean hasBody(int status) {
    return status >= 200 && status < 600 && status != 204 && status != 304;
  }

  @Override
  public boolean take(AsciiString name, String value) {
    if (HttpHeaderNames.TRANSFER_ENCODING.contentEqualsIgnoreCase(name)) {
      return false;
    }
    if (HttpHeaderNames.CONTENT_LENGTH.contentEqualsIgnoreCase(name)) {
      if (length != NONE) {
        return false;
      }
      length = number(value);
      if (length == NONE) {
        return false;
      }
    }
    fields.add(name, value);
    return true;
  }

  /// A number as it is usually written.
  private static int number(String text) {
    var size = text.length();
    if (size == 0 || size > DIGITS || (size > 1 && text.charAt(0) == '0')) {
      return NONE;
    }
    var number = 0;
    for (var i = 0; i < size; i++) {
      var digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return NONE;
      }
      number = 10 * number + digit;
    }
    return number;
  }
}
