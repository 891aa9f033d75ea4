package dev.cloakroom.world;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.net.URI;

/// A caller who goes away before the answer comes.
public final class Leaver {
  private final NetSocket socket;

  private Leaver(NetSocket socket) {
    this.socket = socket;
  }

  static Leaver start(Exchanges exchanges, URI uri, MultiMap headers) {
    var request = new StringBuilder("GET " + uri.getRawPath() + " HTTP/1.1\r\n");
    request.append("Host: ").append(uri.getAuthority()).append("\r\n");
    headers.forEach(
        field ->
            request.append(field.getKey()).append(": ").append(field.getValue()).append("\r\n"));
    var socket = Waiting.on(exchanges.connection());
    Waiting.on(socket.write(Buffer.buffer(request + "\r\n")));
    return new Leaver(socket);
  }

  public void leaves() {
    Waiting.on(socket.close());
  }
}
