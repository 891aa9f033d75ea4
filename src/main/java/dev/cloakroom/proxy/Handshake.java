package dev.cloakroom.proxy;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.Base64;

/// What a request wants to become.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6455#section-4.2.1 RFC 6455, 4.2.1
sealed interface Handshake {
  /// An ordinary request; an `Upgrade` to anything but a WebSocket is ignored, as HTTP allows.
  record None() implements Handshake {}

  /// A well-formed WebSocket handshake.
  record WebSocket() implements Handshake {}

  /// A WebSocket handshake that breaks the rules: 400, or 426 for another version.
  record Malformed(int status) implements Handshake {}

  Handshake NONE = new None();
  Handshake WEB_SOCKET = new WebSocket();
  String VERSION = "13";

  static Handshake of(HttpServerRequest request) {
    var fields = request.headers();
    return fields.contains(HttpHeaders.UPGRADE) ? ofUpgrade(request, fields) : NONE;
  }

  private static Handshake ofUpgrade(HttpServerRequest request, MultiMap fields) {
    if (fields.getAll(HttpHeaders.UPGRADE).stream().noneMatch(Handshake::offersWebSocket)) {
      return NONE;
    }
    var length = fields.get(HttpHeaders.CONTENT_LENGTH);
    var bodiless =
        (length == null || length.equals("0")) && !fields.contains(HttpHeaders.TRANSFER_ENCODING);
    if (!request.method().equals(HttpMethod.GET)
        || request.version() == HttpVersion.HTTP_1_0
        || !bodiless
        || !ConnectionOptions.of(fields).has("upgrade")
        || !isKey(fields)) {
      return new Malformed(400);
    }
    var versions = fields.getAll("Sec-WebSocket-Version");
    return versions.size() == 1 && versions.getFirst().equals(VERSION)
        ? WEB_SOCKET
        : new Malformed(426);
  }

  private static boolean offersWebSocket(String upgrade) {
    for (var protocol : upgrade.split(",", -1)) {
      if (protocol.strip().equalsIgnoreCase("websocket")) {
        return true;
      }
    }
    return false;
  }

  /// Exactly one key, of 16 bytes.
  private static boolean isKey(MultiMap fields) {
    var keys = fields.getAll("Sec-WebSocket-Key");
    if (keys.size() != 1 || keys.getFirst().length() != 24) {
      return false;
    }
    try {
      return Base64.getDecoder().decode(keys.getFirst()).length == 16;
    } catch (IllegalArgumentException notBase64) {
      return false;
    }
  }
}
