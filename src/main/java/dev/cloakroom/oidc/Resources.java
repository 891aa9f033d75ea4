package dev.cloakroom.oidc;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a provider is asked to grant beside scopes.
///
/// @param own those of the login's own access token; empty: the provider decides
/// @param ofRoutes those that routes have tokens of their own for
/// @param details authorization details, as a JSON array of objects each of which has a `type`
/// @spec https://www.rfc-editor.org/rfc/rfc8707#section-2 RFC 8707, 2
/// @spec https://www.rfc-editor.org/rfc/rfc9396#section-2 RFC 9396, 2
public record Resources(List<String> own, List<String> ofRoutes, Optional<String> details) {
  public Resources {
    own = List.copyOf(own);
    ofRoutes = List.copyOf(ofRoutes);
    TokenTarget.requireResources(own);
  }

  /// Nothing.
  public static Resources none() {
    return new Resources(List.of(), List.of(), Optional.empty());
  }

  /// Of which types the details are.
  public Set<String> detailTypes() {
    return details.map(JsonArray::new).stream()
        .flatMap(JsonArray::stream)
        .map(detail -> ((JsonObject) detail).getString("type"))
        .collect(Collectors.toSet());
  }

  /// What the user is asked to grant: all of them, since nothing can be added later.
  List<String> atLogin() {
    return Stream.concat(own.stream(), ofRoutes.stream()).distinct().toList();
  }
}
