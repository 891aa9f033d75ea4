package dev.cloakroom.edge.arrival;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.vertx.core.net.impl.VertxHandler;

/// Copies what was read of a body, or of a tunnel, out of the pool's memory before the connection
/// above gets it. That one copies as well, but only when it hands the bytes on; while it is paused
/// it keeps them as they are, and forgets them when the connection ends. Who sends half a body and
/// hangs up would each time take a piece of memory with him that nobody gives back.
@Sharable
final class OwnBytes extends ChannelInboundHandlerAdapter {
  static final OwnBytes KEPT = new OwnBytes();

  private OwnBytes() {}

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    context.fireChannelRead(
        switch (message) {
          case ByteBuf bytes -> VertxHandler.safeBuffer(bytes);
          case HttpContent part when part.content().isReadable() ->
              part.replace(VertxHandler.safeBuffer(part.content()));
          default -> message;
        });
  }
}
