package dev.cloakroom.edge.arrival;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.cloakroom.octets.HeadReader;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.headers.HeadersMultiMap;
import org.jspecify.annotations.Nullable;

/// Reads the head that most requests have: `GET` over HTTP/1.1, short, all of it there, nothing odd
/// in it and no body behind it. It never refuses one: what is not exactly so it leaves untouched to
/// the decoder, which would make the same request of what is taken here.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9112.html#section-3 request line
final class PlainHead {
  private static final byte[] METHOD = "GET ".getBytes(US_ASCII);
  private static final byte[] VERSION = " HTTP/1.1\r\n".getBytes(US_ASCII);

  /// With them there is a body, of a length that one has to be sure of.
  private static final AsciiString[] OF_BODIES = {
    HttpHeaderNames.CONTENT_LENGTH,
    HttpHeaderNames.TRANSFER_ENCODING,
    HttpHeaderNames.SEC_WEBSOCKET_KEY1, // of a draft; the decoder expects eight bytes after it
  };

  private final int longest;

  /// Makes one for a connection that takes heads and first lines of no more than these options say.
  PlainHead(HttpServerOptions options) {
    longest = Math.min(options.getMaxHeaderSize(), options.getMaxInitialLineLength());
  }

  /// The request that begins here, with all that belongs to it read; null, with nothing read, where
  /// the decoder shall see to it.
  @Nullable HttpRequest read(ByteBuf bytes) {
    var head = HeadReader.begin(bytes, longest);
    if (!head.skip(METHOD)) {
      return null;
    }
    var target = head.word();
    var fields = HeadersMultiMap.caseInsensitive(); // what goes in has been looked at
    if (target.isEmpty()
        || !head.skip(VERSION)
        || !head.fields((name, value) -> take(name, value, fields))) {
      return null;
    }
    bytes.skipBytes(head.length());
    return new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, target, fields);
  }

  private static boolean take(AsciiString name, String value, HeadersMultiMap fields) {
    for (var each : OF_BODIES) {
      if (each.contentEqualsIgnoreCase(name)) {
        return false;
      }
    }
    fields.add(name, value);
    return true;
  }
}
