package dev.cloakroom.edge.arrival;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection.PropertyKey;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.InstantSource;

/// What arrives in frames, before it becomes a request: a head that is none, or that would be
/// another one in HTTP/1.1, is a stream error, and so many frames that ask for nothing end the
/// connection.
///
/// The codec below has already refused the fields of one connection, `TE` but for `trailers`, names
/// in upper case, pseudo-fields that are unknown, repeated or late, and a body of another length
/// than `content-length`.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9113#section-10.5 RFC 9113, 10.5
public final class StrictFrames extends Http2FrameListenerDecorator {
  private static final int IDLE_FRAMES = 1_000;
  private static final long WINDOW_MILLIS = 30_000;

  private final Http2ConnectionHandler codec;
  private final InstantSource clock;
  private final PropertyKey headed;
  private long windowEnds;
  private int idleFrames;

  private StrictFrames(Http2FrameListener next, Http2ConnectionHandler codec, InstantSource clock) {
    super(next);
    this.codec = codec;
    this.headed = codec.connection().newKey();
    this.clock = clock;
  }

  /// Puts one before the connection, which has read its first settings and nothing else.
  public static void guard(HttpConnection connection, InstantSource clock) {
    var handler = ((ConnectionBase) connection).channelHandlerContext().handler();
    var codec = (Http2ConnectionHandler) handler;
    var decoder = codec.decoder();
    decoder.frameListener(new StrictFrames(decoder.frameListener(), codec, clock));
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
    check(stream, fields);
    super.onHeadersRead(context, stream, fields, dependency, weight, exclusive, padding, last);
  }

  private void check(int stream, Http2Headers fields) throws Http2Exception {
    var trailed = codec.connection().stream(stream).setProperty(headed, true) != null;
    var problem = trailed ? FieldSection.problem(fields) : RequestHead.problem(fields);
    if (problem != null) {
      throw Http2Exception.streamError(stream, Http2Error.PROTOCOL_ERROR, problem);
    }
  }

  @Override
  public void onPriorityRead(
      ChannelHandlerContext context, int stream, int dependency, short weight, boolean exclusive)
      throws Http2Exception {
    countIdleFrame();
    super.onPriorityRead(context, stream, dependency, weight, exclusive);
  }

  @Override
  public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings)
      throws Http2Exception {
    countIdleFrame();
    super.onSettingsRead(context, settings);
  }

  @Override
  public void onPingRead(ChannelHandlerContext context, long payload) throws Http2Exception {
    countIdleFrame();
    super.onPingRead(context, payload);
  }

  @Override
  public void onUnknownFrame(
      ChannelHandlerContext context, byte type, int stream, Http2Flags flags, ByteBuf payload)
      throws Http2Exception {
    countIdleFrame();
  }

  private void countIdleFrame() throws Http2Exception {
    var now = clock.millis();
    if (now >= windowEnds) {
      windowEnds = now + WINDOW_MILLIS;
      idleFrames = 0;
    }
    if (++idleFrames > IDLE_FRAMES) {
      throw Http2Exception.connectionError(
          Http2Error.ENHANCE_YOUR_CALM, "too many frames that ask for nothing");
    }
  }
}
