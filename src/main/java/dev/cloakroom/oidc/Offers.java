package dev.cloakroom.oidc;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import java.util.stream.Collectors;

/// What a provider can do beyond what every provider can.
///
/// @param assertionAlgorithms in which it takes client assertions; empty where it does not say
/// @spec https://www.rfc-editor.org/rfc/rfc8414#section-2 RFC 8414, 2
public record Offers(Set<String> assertionAlgorithms) {
  public Offers {
    assertionAlgorithms = Set.copyOf(assertionAlgorithms);
  }

  public static Offers none() {
    return new Offers(Set.of());
  }

  static Offers of(JsonObject document) {
    return new Offers(words(document, "token_endpoint_auth_signing_alg_values_supported"));
  }

  private static Set<String> words(JsonObject document, String name) {
    return document.getValue(name) instanceof JsonArray list
        ? list.stream()
            .filter(String.class::isInstance)
            .map(String.class::cast)
            .collect(Collectors.toSet())
        : Set.of();
  }
}
