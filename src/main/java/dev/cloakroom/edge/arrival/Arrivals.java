package dev.cloakroom.edge.arrival;

import dev.cloakroom.octets.Flushes;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.HttpServerImpl;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.VertxWrapper;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.core.net.impl.NetServerImpl;
import io.vertx.core.net.impl.NetServerInternal;
import io.vertx.core.spi.transport.Transport;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// Connections as they arrive, before the server for HTTP has made anything of them: that server
/// tells of a connection only when it knows what is spoken, over HTTP/2 after the first settings,
/// so that a bound or a deadline of ours would come too late.
///
/// Without TLS it could find out by itself whether a connection speaks HTTP/2, and would then read
/// the first request of one that does not before it tells anybody, with its own decoder, and take
/// `Upgrade: h2c` besides. So it is told, connection by connection, to expect one or the other, by
/// [PriorKnowledge] that has seen the first bytes. Where it is told nothing it expects HTTP/1.1.
public final class Arrivals extends NetServerImpl {
  private final HttpServerOptions http;
  private final boolean h2c;
  private final Consumer<Channel> tells;

  private Arrivals(
      VertxInternal vertx,
      NetServerOptions tcp,
      HttpServerOptions http,
      boolean h2c,
      Consumer<Channel> tells) {
    super(vertx, tcp);
    this.http = http;
    this.h2c = h2c;
    this.tells = tells;
  }

  /// A server for HTTP on top of one of these, for one event loop.
  ///
  /// @param options for this server alone
  /// @param h2c whether HTTP/2 is spoken without TLS
  /// @param most how many connections the listener takes
  /// @param tells is told of every connection, after the handshake of TLS where that is spoken
  public static HttpServer server(
      Vertx vertx, HttpServerOptions options, boolean h2c, int most, Consumer<Channel> tells) {
    var own =
        new VertxWrapper((VertxInternal) vertx) {
          @Override
          public NetServerInternal createNetServer(NetServerOptions tcp) {
            return new Arrivals(this, tcp, options, h2c, tells);
          }

          @Override
          public Transport transport() {
            return new Counting(delegate.transport(), most);
          }
        };
    return new HttpServerImpl(own, options);
  }

  @Override
  protected void initChannel(ChannelPipeline pipeline, boolean tls) {
    super.initChannel(pipeline, tls);
    Flushes.join(pipeline.channel());
    tells.accept(pipeline.channel());
  }

  @Override
  public NetServerInternal connectHandler(Handler<NetSocket> speaks) {
    return super.connectHandler(h2c ? socket -> listens(socket, speaks) : speaks);
  }

  private void listens(NetSocket socket, Handler<NetSocket> speaks) {
    ((ConnectionBase) socket)
        .channelHandlerContext()
        .pipeline()
        .addFirst(
            new PriorKnowledge(
                http2 -> {
                  http.setHttp2ClearTextEnabled(http2); // read anew for every connection
                  speaks.handle(socket);
                }));
  }

  /// Lets so many connections in, all event loops together, from the moment they are accepted: who
  /// begins no handshake of TLS takes a place, too.
  private static final class Places extends ChannelInboundHandlerAdapter {
    private final AtomicInteger taken = new AtomicInteger();
    private final int all;

    Places(int all) {
      this.all = all;
    }

    @Override
    public void channelRead(ChannelHandlerContext listener, Object accepted) {
      var connection = (Channel) accepted;
      if (taken.incrementAndGet() > all) {
        taken.decrementAndGet();
        connection.unsafe().closeForcibly(); // no event loop has it yet
        return;
      }
      var _ = connection.closeFuture().addListener(_ -> taken.decrementAndGet());
      listener.fireChannelRead(accepted);
    }
  }

  /// The one place where a handler of what is accepted can be set: the server below makes its
  /// listening socket itself, once for all event loops, and has its transport set it up.
  private record Counting(Transport transport, int places) implements Transport {
    @Override
    public void configure(NetServerOptions options, boolean domain, ServerBootstrap listener) {
      transport.configure(options, domain, listener);
      listener.handler(new Places(places));
    }

    @Override
    public boolean supportFileRegion() {
      return transport.supportFileRegion();
    }

    @Override
    public IoHandlerFactory ioHandlerFactory() {
      return transport.ioHandlerFactory();
    }

    @Override
    public DatagramChannel datagramChannel() {
      return transport.datagramChannel();
    }

    @Override
    @SuppressWarnings("deprecation") // the interface has it
    public DatagramChannel datagramChannel(InternetProtocolFamily family) {
      return transport.datagramChannel(family);
    }

    @Override
    public ChannelFactory<? extends Channel> channelFactory(boolean domain) {
      return transport.channelFactory(domain);
    }

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domain) {
      return transport.serverChannelFactory(domain);
    }
  }
}
