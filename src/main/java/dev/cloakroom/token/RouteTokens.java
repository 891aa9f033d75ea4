package dev.cloakroom.token;

import dev.cloakroom.oidc.ClientTarget;
import dev.cloakroom.oidc.TokenTarget;
import java.util.Map;

/// Which routes send another token than the login's own, by the path of the route.
///
/// @param targets for routes with a token of the user
/// @param clients for routes with a token of the gateway itself
public record RouteTokens(Map<String, TokenTarget> targets, Map<String, OfClient> clients) {
  public RouteTokens {
    targets = Map.copyOf(targets);
    clients = Map.copyOf(clients);
  }

  /// A token of the gateway itself, from one provider.
  public record OfClient(String provider, ClientTarget target) {}
}
