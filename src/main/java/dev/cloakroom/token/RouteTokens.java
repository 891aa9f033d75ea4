package dev.cloakroom.token;

import dev.cloakroom.oidc.TokenTarget;
import java.util.Map;

/// Which routes send another token than the login's own, by the path of the route.
///
/// @param targets for routes with a token of the user
public record RouteTokens(Map<String, TokenTarget> targets) {
  public RouteTokens {
    targets = Map.copyOf(targets);
  }

  public static RouteTokens none() {
    return new RouteTokens(Map.of());
  }
}
