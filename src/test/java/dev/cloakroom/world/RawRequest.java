package dev.cloakroom.world;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;

/// One request as bytes, on a connection of its own.
final class RawRequest {
  private RawRequest() {}

  static String get(Exchanges exchanges, String method, String target, String... fields) {
    return at("localhost:" + exchanges.gatewayPort(), exchanges, method, target, fields);
  }

  static String at(
      String host, Exchanges exchanges, String method, String target, String... fields) {
    var request = new StringBuilder(method).append(' ').append(target);
    request.append(" HTTP/1.1\r\nHost: ").append(host).append("\r\nConnection: close\r\n");
    for (var field : fields) {
      request.append(field).append("\r\n");
    }
    var heard = Buffer.buffer();
    Promise<String> answer = Promise.promise();
    var socket = Waiting.on(exchanges.connection());
    socket.handler(heard::appendBuffer);
    socket.exceptionHandler(_ -> answer.tryComplete(heard.toString(ISO_8859_1)));
    socket.closeHandler(_ -> answer.tryComplete(heard.toString(ISO_8859_1)));
    Waiting.on(socket.write(Buffer.buffer(request + "\r\n", "ISO-8859-1")));
    return Waiting.on(answer.future());
  }
}
