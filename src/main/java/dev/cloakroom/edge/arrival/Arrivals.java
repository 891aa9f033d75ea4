package dev.cloakroom.edge.arrival;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
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
  /// @param tells is told of every connection, after the handshake of TLS where that is spoken
  public static HttpServer server(
      Vertx vertx, HttpServerOptions options, boolean h2c, Consumer<Channel> tells) {
    var own =
        new VertxWrapper((VertxInternal) vertx) {
          @Override
          public NetServerInternal createNetServer(NetServerOptions tcp) {
            return new Arrivals(delegate, tcp, options, h2c, tells);
          }
        };
    return new HttpServerImpl(own, options);
  }

  @Override
  protected void initChannel(ChannelPipeline pipeline, boolean tls) {
    super.initChannel(pipeline, tls);
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
}
