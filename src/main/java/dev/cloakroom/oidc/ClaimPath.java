package dev.cloakroom.oidc;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Finds a claim where a provider keeps it: `emails.0`, `realm_access.roles`. A claim that is
/// called so, dots and all, comes first. Pure.
final class ClaimPath {
  private ClaimPath() {}

  static Optional<Object> find(JsonObject claims, String path) {
    if (claims.getValue(path) != null) {
      return Optional.of(claims.getValue(path));
    }
    @Nullable Object at = claims;
    for (var step : path.split("\\.", -1)) {
      at =
          switch (at) {
            case JsonObject object -> object.getValue(step);
            case JsonArray array when step.matches("[0-9]{1,4}") -> {
              int index = Integer.parseInt(step);
              yield index < array.size() ? array.getValue(index) : null;
            }
            case null, default -> null;
          };
    }
    return Optional.ofNullable(at);
  }

  /// Whether a claim equals one of these values or, where it is a list, holds one of them.
  static boolean isOneOf(@Nullable Object claim, List<String> values) {
    return switch (claim) {
      case String text -> values.contains(text);
      case JsonArray list ->
          list.stream().anyMatch(entry -> entry instanceof String text && values.contains(text));
      case null, default -> false;
    };
  }

  /// The claims, with those of `sources` taken from where they are kept. What is not there changes
  /// nothing.
  static JsonObject renamed(JsonObject claims, Map<String, String> sources) {
    var all = claims.copy();
    sources.forEach((name, path) -> find(claims, path).ifPresent(value -> all.put(name, value)));
    return all;
  }
}
