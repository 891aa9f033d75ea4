package dev.cloakroom.octets;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// When what was written goes out. Both ends are on one event loop; what stands in [#turn] is one
/// turn of it.
class FlushesTest {
  private final EventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory());
  private final LocalAddress address = new LocalAddress(FlushesTest.class);
  private final Arrived arrived = new Arrived();
  private final Flushed flushed = new Flushed();
  private Channel channel;

  @Sharable
  private static final class Arrived extends ChannelInboundHandlerAdapter {
    private int bytes;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      var buffer = (ByteBuf) message;
      bytes += buffer.readableBytes();
      buffer.release();
    }
  }

  @Sharable
  private static final class Flushed extends ChannelOutboundHandlerAdapter {
    private int times;

    @Override
    public void flush(ChannelHandlerContext context) {
      times++;
      context.flush();
    }
  }

  @BeforeEach
  void connect() throws Exception {
    new ServerBootstrap()
        .group(loop)
        .channel(LocalServerChannel.class)
        .childHandler(arrived)
        .bind(address)
        .sync();
    channel = open();
  }

  /// [#flushed] stands nearer to the wire.
  private Channel open() throws Exception {
    var made =
        new Bootstrap()
            .group(loop)
            .channel(LocalChannel.class)
            .handler(flushed)
            .connect(address)
            .sync()
            .channel();
    turn(
        () -> {
          Flushes.join(made);
          made.pipeline().remove(flushed);
          return made.pipeline().addFirst(flushed);
        });
    return made;
  }

  @AfterEach
  void end() {
    loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
  }

  @CanIgnoreReturnValue
  private <T> T turn(Callable<T> does) throws Exception {
    return loop.submit(does).get();
  }

  private static void write(Channel to, int bytes) {
    var _ = to.writeAndFlush(Unpooled.wrappedBuffer(new byte[bytes]));
  }

  /// How often it was flushed, and how much arrived, when nothing is left to do.
  @CanIgnoreReturnValue
  private List<Integer> later() throws Exception {
    for (var turns = 0; turns < 3; turns++) {
      turn(() -> null);
    }
    return List.of(flushed.times, arrived.bytes);
  }

  @Test
  void whatIsWrittenInOneTurnGoesOutTogetherAtItsEnd() throws Exception {
    assertThat(
            turn(
                () -> {
                  write(channel, 10);
                  write(channel, 20);
                  return flushed.times;
                }))
        .isZero();
    assertThat(later()).containsExactly(1, 30);
  }

  @Test
  void theNextTurnSendsAgain() throws Exception {
    for (var turns = 0; turns < 2; turns++) {
      turn(
          () -> {
            write(channel, 10);
            return channel;
          });
    }
    assertThat(later()).containsExactly(2, 20);
  }

  @Test
  void muchGoesOutAtOnce() throws Exception {
    assertThat(
            turn(
                () -> {
                  write(channel, 10);
                  write(channel, Flushes.MUCH);
                  return flushed.times;
                }))
        .isEqualTo(1);
    assertThat(later()).containsExactly(1, 10 + Flushes.MUCH);
  }

  @Test
  void whatWasWrittenGoesOutBeforeTheConnectionCloses() throws Exception {
    turn(
        () -> {
          write(channel, 10);
          return channel.close();
        });
    assertThat(later()).containsExactly(1, 10);
  }

  @Test
  void aConnectionThatIsGoneMeanwhileIsLeftAlone() throws Exception {
    var other = open();
    turn(
        () -> {
          write(channel, 10);
          write(other, 20);
          channel.unsafe().closeForcibly();
          return channel;
        });
    later();
    assertThat(arrived.bytes).isEqualTo(20);
  }

  @Test
  void soManyWaitAndNoMore() throws Exception {
    List<Channel> all = new ArrayList<>();
    for (var i = 0; i < Flushes.TOGETHER; i++) {
      all.add(open());
    }
    assertThat(
            turn(
                () -> {
                  all.forEach(each -> write(each, 1));
                  return flushed.times;
                }))
        .isEqualTo(Flushes.TOGETHER);
  }
}
