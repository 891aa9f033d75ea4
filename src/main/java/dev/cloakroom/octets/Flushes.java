package dev.cloakroom.octets;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayDeque;

/// Sends what a connection has written at the end of the event loop's turn, together with what
/// other connections have, at most so many at a time. Much is sent at once, so that a body does not
/// stop for want of room.
///
/// Nothing waits longer than the events that were read at the same time take, and what a connection
/// has written goes out before it closes.
public final class Flushes extends ChannelDuplexHandler {
  /// So that the one who is sent to first has something to do while the others are still served.
  static final int TOGETHER = 256;

  /// In bytes.
  static final int MUCH = 16 * 1024;

  private static final FastThreadLocal<Turn> TURN =
      new FastThreadLocal<>() {
        @Override
        protected Turn initialValue() {
          return new Turn();
        }
      };

  private boolean due;

  private Flushes() {}

  /// From now on the connection sends so.
  public static void join(Channel channel) {
    channel.pipeline().addFirst(new Flushes());
  }

  @Override
  public void flush(ChannelHandlerContext context) {
    var written = context.channel().unsafe().outboundBuffer();
    if (written == null || written.totalPendingWriteBytes() > MUCH) {
      due = false;
      context.flush();
    } else if (!due) {
      due = true;
      TURN.get().add(context);
    }
  }

  private void flushIfDue(ChannelHandlerContext context) {
    if (due) {
      due = false;
      context.flush();
    }
  }

  @Override
  public void close(ChannelHandlerContext context, ChannelPromise promise) {
    flushIfDue(context);
    var _ = context.close(promise);
  }

  @Override
  public void disconnect(ChannelHandlerContext context, ChannelPromise promise) {
    flushIfDue(context);
    var _ = context.disconnect(promise);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    flushIfDue(context);
  }

  /// The connections of one event loop that have something to send.
  private static final class Turn implements Runnable {
    private final ArrayDeque<ChannelHandlerContext> waiting = new ArrayDeque<>(2 * TOGETHER);

    void add(ChannelHandlerContext context) {
      if (waiting.isEmpty()) {
        context.channel().eventLoop().execute(this);
      }
      waiting.addLast(context);
      if (waiting.size() >= TOGETHER) {
        run();
      }
    }

    @Override
    public void run() {
      for (var next = waiting.pollFirst(); next != null; next = waiting.pollFirst()) {
        ((Flushes) next.handler()).flushIfDue(next);
      }
    }
  }
}
