package dev.cloakroom.cli.doctor;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/// Reads a provider's metadata without believing in their types.
///
/// @spec https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata OpenID Connect
///   Discovery 1.0, 3
record Metadata(JsonObject document) {
  Optional<String> text(String name) {
    return document.getValue(name) instanceof String text ? Optional.of(text) : Optional.empty();
  }

  /// A list of words; empty where it is not there.
  Optional<List<String>> words(String name) {
    return document.getValue(name) instanceof JsonArray list
        ? Optional.of(
            list.stream().filter(String.class::isInstance).map(String.class::cast).toList())
        : Optional.empty();
  }

  boolean says(String name) {
    return document.getValue(name) instanceof Boolean said && said;
  }
}
