package dev.cloakroom.oidc;

import java.util.List;

/// What a token of the gateway itself is for, where no user is concerned.
///
/// @param resources absolute URIs without a fragment; empty: the provider decides
/// @param scopes empty: the provider decides
/// @spec https://www.rfc-editor.org/rfc/rfc6749#section-4.4.2 RFC 6749, 4.4.2
public record ClientTarget(List<String> resources, List<String> scopes) {
  public ClientTarget {
    resources = resources.stream().distinct().sorted().toList();
    scopes = scopes.stream().distinct().sorted().toList();
    TokenTarget.requireResources(resources);
  }
}
