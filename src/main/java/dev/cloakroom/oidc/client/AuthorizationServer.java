package dev.cloakroom.oidc.client;

import java.net.URI;
import java.util.Set;

/// What client authentication has to know of a provider.
///
/// @param token its token endpoint
/// @param assertionAlgorithms in which it takes client assertions; empty where it does not say
public record AuthorizationServer(String issuer, URI token, Set<String> assertionAlgorithms) {
  public AuthorizationServer {
    assertionAlgorithms = Set.copyOf(assertionAlgorithms);
  }
}
