package dev.cloakroom.edge;

import dev.cloakroom.proxy.Route;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// Finds the endpoint for a request: a pure function of method and path. What the base path covers
/// is never a route and never a page of the app.
public final class Endpoints {
  private static final String CALLBACK = "/callback/";
  private static final String SESSION = "/sessions/";

  private final String base;
  private final boolean apps;
  private final Set<String> providers;
  private final Function<String, Optional<Route>> routes;

  /// Makes the table.
  ///
  /// @param surface its base path, and whether there is anything for apps
  /// @param providers the configured names, each of which has a callback of its own
  /// @param routes finds the route that covers an accepted path
  public Endpoints(
      Surface surface, Set<String> providers, Function<String, Optional<Route>> routes) {
    this.providers = Set.copyOf(providers);
    this.base = surface.basePath();
    this.apps = surface.apps();
    this.routes = routes;
  }

  static String withoutTrailingSlash(String basePath) {
    return basePath.endsWith("/") ? basePath.substring(0, basePath.length() - 1) : basePath;
  }

  /// `method` and `path` as they came; comparison is exact.
  public Endpoint find(String method, String path) {
    if (path.startsWith(base)
        && (path.length() == base.length() || path.charAt(base.length()) == '/')) {
      return own(method, path.substring(base.length()));
    }
    return routes.apply(path).<Endpoint>map(Endpoint.Call::new).orElseGet(Endpoint.App::new);
  }

  /// True for an address that shows a page, so that a browser may be sent there.
  public boolean isPage(String path) {
    return switch (find("GET", path)) {
      case Endpoint.App _ -> true;
      case Endpoint.Call(var route) -> route.access() == Route.Access.ANONYMOUS;
      case Endpoint.Login _,
          Endpoint.AppLogin _,
          Endpoint.AppSession _,
          Endpoint.Callback _,
          Endpoint.SessionState _,
          Endpoint.SessionRefresh _,
          Endpoint.OwnSessions _,
          Endpoint.OwnSession _,
          Endpoint.Logout _,
          Endpoint.LogoutContinue _,
          Endpoint.LogoutCallback _,
          Endpoint.BackChannelLogout _,
          Endpoint.FrontChannelLogout _,
          Endpoint.Events _,
          Endpoint.Verify _,
          Endpoint.Keys _,
          Endpoint.Nothing _,
          Endpoint.NotAllowed _ ->
          false;
    };
  }

  /// True for an address of a route that a browser can be sent to at all.
  public boolean isCall(String path) {
    return find("GET", path) instanceof Endpoint.Call(var route) && route.methods().contains("GET");
  }

  private Endpoint own(String method, String rest) {
    return switch (rest) {
      case "/login" -> only(Set.of("GET", "POST"), method, new Endpoint.Login());
      case "/native/login" -> forApps(only(Set.of("GET"), method, new Endpoint.AppLogin()));
      case "/native/session" -> forApps(only(Set.of("POST"), method, new Endpoint.AppSession()));
      case "/callback" ->
          only(Set.of("GET", "POST"), method, new Endpoint.Callback(Optional.empty()));
      case "/session" -> only(Set.of("GET"), method, new Endpoint.SessionState());
      case "/session/refresh" -> only(Set.of("POST"), method, new Endpoint.SessionRefresh());
      case "/sessions" -> only(Set.of("GET"), method, new Endpoint.OwnSessions());
      case "/logout" -> only(Set.of("POST"), method, new Endpoint.Logout());
      case "/logout/continue" -> only(Set.of("GET"), method, new Endpoint.LogoutContinue());
      case "/logout/callback" -> only(Set.of("GET"), method, new Endpoint.LogoutCallback());
      case "/backchannel-logout" -> only(Set.of("POST"), method, new Endpoint.BackChannelLogout());
      case "/frontchannel-logout" -> only(Set.of("GET"), method, new Endpoint.FrontChannelLogout());
      case "/events" -> only(Set.of("GET"), method, new Endpoint.Events());
      case "/verify" -> only(Set.of("GET"), method, new Endpoint.Verify());
      case "/jwks.json" -> only(Set.of("GET"), method, new Endpoint.Keys());
      default -> named(method, rest);
    };
  }

  private Endpoint forApps(Endpoint endpoint) {
    return apps ? endpoint : new Endpoint.Nothing();
  }

  private Endpoint named(String method, String rest) {
    if (rest.startsWith(SESSION) && rest.indexOf('/', SESSION.length()) < 0) {
      var handle = rest.substring(SESSION.length());
      return handle.isEmpty()
          ? new Endpoint.Nothing()
          : only(Set.of("DELETE"), method, new Endpoint.OwnSession(handle));
    }
    return callbackOfProvider(method, rest);
  }

  private Endpoint callbackOfProvider(String method, String rest) {
    if (!rest.startsWith(CALLBACK)) {
      return new Endpoint.Nothing();
    }
    var provider = rest.substring(CALLBACK.length());
    return providers.contains(provider)
        ? only(Set.of("GET", "POST"), method, new Endpoint.Callback(Optional.of(provider)))
        : new Endpoint.Nothing();
  }

  private static Endpoint only(Set<String> allowed, String method, Endpoint endpoint) {
    return allowed.contains(method) ? endpoint : new Endpoint.NotAllowed(allowed);
  }
}
