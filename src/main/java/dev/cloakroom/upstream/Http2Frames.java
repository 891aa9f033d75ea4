package dev.cloakroom.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaderValidationUtil;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/// What a target says in frames, before it becomes an answer. An answer that is none, or that would
/// be another one in HTTP/1.1, is a stream error; where an answer ends is noted, because the client
/// above forgets an end, and the trailers with it, that waits behind a slow browser when the stream
/// or the connection is closed.
///
/// The codec below has already refused the fields of one connection, names in upper case,
/// pseudo-fields that are unknown, repeated or late, and bodies longer than `content-length`.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9113#section-8.1.1 RFC 9113, 8.1.1
final class Http2Frames extends Http2FrameListenerDecorator {
  private static final int STATUS_DIGITS = 3;

  private final Http2ConnectionHandler codec;
  private final Http2Connection connection;

  private Http2Frames(Http2ConnectionHandler codec, Http2Connection connection) {
    super(codec.decoder().frameListener());
    this.codec = codec;
    this.connection = connection;
  }

  /// Puts one before a connection that has read its first settings and nothing else.
  static void guard(Http2ConnectionHandler codec, Http2Connection connection) {
    codec.decoder().frameListener(new Http2Frames(codec, connection));
  }

  @Override
  public int onDataRead(
      ChannelHandlerContext context, int stream, ByteBuf bytes, int padding, boolean last)
      throws Http2Exception {
    connection.heard();
    if (!codec.connection().stream(stream).isHeadersReceived()) {
      throw malformed(stream, "a body without a head");
    }
    if (last) {
      connection.ends(stream, null);
    }
    return super.onDataRead(context, stream, bytes, padding, last);
  }

  /// The codec calls this one alone, with priority or without.
  @Override
  public void onHeadersRead(
      ChannelHandlerContext context,
      int stream,
      Http2Headers fields,
      int dependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean last)
      throws Http2Exception {
    note(stream, fields, last);
    super.onHeadersRead(context, stream, fields, dependency, weight, exclusive, padding, last);
  }

  @Override
  public void onRstStreamRead(ChannelHandlerContext context, int stream, long code)
      throws Http2Exception {
    connection.resets(stream);
    super.onRstStreamRead(context, stream, code);
  }

  private void note(int stream, Http2Headers fields, boolean last) throws Http2Exception {
    connection.heard();
    var trail = codec.connection().stream(stream).isTrailersReceived();
    var problem = trail ? values(fields) : head(fields, last);
    if (problem != null) {
      throw malformed(stream, problem);
    }
    if (last) {
      connection.ends(stream, trail ? fields : null);
    }
  }

  private static @Nullable String head(Http2Headers fields, boolean last) {
    var status = fields.status();
    if (status == null
        || status.length() != STATUS_DIGITS
        || status.charAt(0) < '1'
        || !status.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return "a status that is none";
    }
    return last && status.charAt(0) == '1' ? "an interim answer that is the last" : values(fields);
  }

  private static @Nullable String values(Http2Headers fields) {
    for (var field : fields) {
      var name = field.getKey();
      var own = !name.isEmpty() && name.charAt(0) == ':';
      if (!own && HttpHeaderValidationUtil.validateToken(name) >= 0) {
        return "illegal character in a field name";
      }
      if (HttpHeaderValidationUtil.validateValidHeaderValue(field.getValue()) >= 0) {
        return "illegal character in a field value";
      }
    }
    return null;
  }

  private static Http2Exception malformed(int stream, String problem) {
    return Http2Exception.streamError(stream, Http2Error.PROTOCOL_ERROR, problem);
  }
}
