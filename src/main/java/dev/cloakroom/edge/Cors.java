package dev.cloakroom.edge;

import io.vertx.core.MultiMap;
import java.util.HashMap;
import java.util.Map;

/// Cross-origin reads: none by default; with `allowed_origins`, exact matches only. Preflights end
/// here and never reach an upstream.
///
/// @spec https://fetch.spec.whatwg.org/#http-cors-protocol Fetch, HTTP CORS protocol
final class Cors {
  private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";
  private static final String HEADERS =
      "Accept, Authorization, Content-Type, If-Match, If-Modified-Since, If-None-Match,"
          + " If-Unmodified-Since, Idempotency-Key, Range, X-CSRF, X-Requested-With,"
          + " X-Session-Touch";

  private final Surface surface;

  Cors(Surface surface) {
    this.surface = surface;
  }

  /// True for a preflight, which carries no cookie and asks for no work.
  static boolean isPreflight(String method, MultiMap headers) {
    return method.equals("OPTIONS")
        && headers.contains("Origin")
        && headers.contains("Access-Control-Request-Method");
  }

  /// The fields every answer to this request carries: none without `allowed_origins`.
  Map<String, String> fields(MultiMap headers) {
    if (surface.allowedOrigins().isEmpty()) {
      return Map.of();
    }
    var origins = headers.getAll("Origin");
    if (origins.size() != 1 || !surface.allowedOrigins().contains(origins.getFirst())) {
      return Map.of("Vary", "Origin");
    }
    return Map.of(
        "Vary", "Origin",
        "Access-Control-Allow-Origin", origins.getFirst(),
        "Access-Control-Allow-Credentials", "true");
  }

  Reply preflight(MultiMap headers) {
    var fields = new HashMap<>(fields(headers));
    if (fields.containsKey("Access-Control-Allow-Origin")) {
      fields.put("Access-Control-Allow-Methods", METHODS);
      fields.put("Access-Control-Allow-Headers", HEADERS);
      fields.put("Access-Control-Max-Age", "600");
    }
    return new Reply.Empty(204, fields);
  }
}
