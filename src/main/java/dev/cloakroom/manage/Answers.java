package dev.cloakroom.manage;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;

/// Writes the answers of the management port.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9457#section-3 RFC 9457, 3
final class Answers {
  private Answers() {}

  static void json(HttpServerRequest request, int status, JsonObject body) {
    write(request, status, "application/json", body.encode());
  }

  static void text(HttpServerRequest request, String type, String body) {
    write(request, 200, type, body);
  }

  /// An error; `detail` is a sentence for the reader.
  static void problem(HttpServerRequest request, int status, String code, String detail) {
    var body =
        new JsonObject()
            .put("type", "urn:cloakroom:problem:" + code.replace('_', '-'))
            .put("title", detail)
            .put("status", status)
            .put("code", code);
    write(request, status, "application/problem+json", body.encode());
  }

  private static void write(HttpServerRequest request, int status, String type, String body) {
    var response =
        request
            .response()
            .setStatusCode(status)
            .putHeader("Content-Type", type)
            .putHeader("Cache-Control", "no-store")
            .putHeader("X-Content-Type-Options", "nosniff");
    if (request.method().name().equals("HEAD")) {
      response.end();
    } else {
      response.end(body);
    }
  }
}
