package dev.cloakroom.attack;

import dev.cloakroom.proxy.Route;
import dev.cloakroom.world.RouteDraft;
import dev.cloakroom.world.World;
import java.net.URI;

/// The gateway that is attacked.
final class Doors {
  private Doors() {}

  /// `/api/**` takes a session, `/public/**` takes anybody; both lead to the same upstream.
  static World oneClosedOneOpen(URI upstream) {
    return new World(
        config ->
            config.routes(
                new RouteDraft("/api/**").upstream(upstream),
                new RouteDraft("/public/**")
                    .access(Route.Access.ANONYMOUS)
                    .token(Route.TokenKind.NONE)
                    .upstream(upstream)));
  }
}
