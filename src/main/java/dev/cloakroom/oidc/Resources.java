package dev.cloakroom.oidc;

import java.util.List;
import java.util.stream.Stream;

/// The resources that a provider is asked for.
///
/// @param own those of the login's own access token; empty: the provider decides
/// @param ofRoutes those that routes have tokens of their own for
/// @spec https://www.rfc-editor.org/rfc/rfc8707#section-2 RFC 8707, 2
public record Resources(List<String> own, List<String> ofRoutes) {
  public Resources {
    own = List.copyOf(own);
    ofRoutes = List.copyOf(ofRoutes);
    TokenTarget.requireResources(own);
  }

  /// Nothing is said of resources.
  public static Resources none() {
    return new Resources(List.of(), List.of());
  }

  /// What the user is asked to grant: all of them, since nothing can be added later.
  List<String> atLogin() {
    return Stream.concat(own.stream(), ofRoutes.stream()).distinct().toList();
  }
}
