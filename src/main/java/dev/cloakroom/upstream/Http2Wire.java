package dev.cloakroom.upstream;

import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.Optional;

/// What is under a connection that speaks HTTP/2.
record Http2Wire(ConnectionBase connection, Http2ConnectionHandler codec) {
  /// Empty where the connection speaks something else.
  static Optional<Http2Wire> of(HttpClientConnection http) {
    var inner = http.exceptionHandler(_ -> {}); // its fluent methods return it
    return inner instanceof ConnectionBase wire
            && wire.channelHandlerContext().handler() instanceof Http2ConnectionHandler codec
        ? Optional.of(new Http2Wire(wire, codec))
        : Optional.empty();
  }
}
