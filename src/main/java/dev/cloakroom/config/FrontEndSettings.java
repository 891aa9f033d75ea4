package dev.cloakroom.config;

import dev.cloakroom.edge.CookieSettings;
import dev.cloakroom.edge.ServerSettings;
import dev.cloakroom.edge.SpaSettings;
import dev.cloakroom.oidc.ProviderSettings;
import dev.cloakroom.proxy.Route;
import dev.cloakroom.session.FrontEnd;
import dev.cloakroom.token.RouteTokens;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One front end: what browsers meet under its hosts.
///
/// @param server the listener with the addresses of this front end; the rest of it is the same for
///   all
/// @param providers by name, in the order of the file; the first is the default
public record FrontEndSettings(
    FrontEnd frontEnd,
    ServerSettings server,
    CookieSettings cookie,
    Map<String, ProviderSettings> providers,
    List<Route> routes,
    RouteTokens routeTokens,
    SpaSettings spa) {
  public FrontEndSettings {
    providers = Collections.unmodifiableMap(new LinkedHashMap<>(providers));
    routes = List.copyOf(routes);
  }
}
