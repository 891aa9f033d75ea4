package dev.cloakroom.oidc;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Reads the claims of a token without believing in their types.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7519#section-4.1 RFC 7519, 4.1
final class Claims {
  private static final double LATEST = 253_402_300_799d; // the last second of the year 9999

  private final JsonObject claims;

  Claims(JsonObject claims) {
    this.claims = claims;
  }

  boolean has(String name) {
    return claims.getValue(name) != null;
  }

  Optional<String> text(String name) {
    return claims.getValue(name) instanceof String text && !text.isEmpty()
        ? Optional.of(text)
        : Optional.empty();
  }

  /// A NumericDate between 1970 and 9999; empty when it is absent or anything else.
  Optional<Instant> instant(String name) {
    return claims.getValue(name) instanceof Number number
            && number.doubleValue() >= 0
            && number.doubleValue() <= LATEST
        ? Optional.of(Instant.ofEpochSecond(number.longValue()))
        : Optional.empty();
  }

  /// The audiences; empty when there is none or one of them is no string.
  List<String> audiences() {
    return switch (claims.getValue("aud")) {
      case String one -> List.of(one);
      case JsonArray many when many.stream().allMatch(String.class::isInstance) ->
          many.stream().map(String.class::cast).toList();
      case null, default -> List.of();
    };
  }
}
