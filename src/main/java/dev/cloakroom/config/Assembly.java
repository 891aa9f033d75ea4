package dev.cloakroom.config;

import dev.cloakroom.config.shape.Section;
import dev.cloakroom.config.text.Findings;
import dev.cloakroom.crypto.TlsFiles;
import dev.cloakroom.edge.CookieSettings;
import dev.cloakroom.edge.ServerSettings;
import dev.cloakroom.edge.SpaSettings;
import dev.cloakroom.jose.SigningKey;
import dev.cloakroom.jose.SigningKeys;
import dev.cloakroom.manage.ManagementSettings;
import dev.cloakroom.oidc.ProviderSettings;
import dev.cloakroom.oidc.Resources;
import dev.cloakroom.proxy.Route;
import dev.cloakroom.session.FrontEnd;
import dev.cloakroom.session.SessionSettings;
import dev.cloakroom.session.redis.RedisSettings;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;

/// Fills the rooms' settings records from a configuration without errors. A record that refuses its
/// values makes a finding at the section they come from.
final class Assembly {
  private final Findings findings;

  private Assembly(Findings findings) {
    this.findings = findings;
  }

  /// The whole; empty when a record refused, which is then a finding.
  static Optional<GatewayConfig> assemble(Section root, Findings findings) {
    return new Assembly(findings).whole(root);
  }

  private Optional<GatewayConfig> whole(Section root) {
    var session = root.get(Keys.SESSION);
    var management = root.get(Keys.SERVER).get(ServerKeys.MANAGEMENT_KEY);
    var managed = guarded(management, () -> management(management));
    var sessions = guarded(session, () -> session(session));
    var redis =
        session.get(ServerKeys.STORE) == ServerKeys.Store.REDIS
            ? guarded(session, () -> RedisSettingsKeys.settings(session.get(ServerKeys.REDIS_KEY)))
            : Optional.<RedisSettings>empty();
    var frontEnds = new ArrayList<FrontEndSettings>();
    FrontEndKeys.each(root)
        .forEach((name, alone) -> frontEnd(name, alone).ifPresent(frontEnds::add));
    if (findings.hasErrors()) {
      return Optional.empty();
    }
    return Optional.of(
        new GatewayConfig(
            managed.orElseThrow(),
            sessions.orElseThrow(),
            redis,
            session.get(ServerKeys.PERSIST),
            session.get(ServerKeys.ENCRYPTION_KEYS),
            new SigningKeys(root.get(Keys.AUTH).get(ClientKeys.SIGNING_KEYS)),
            frontEnds));
  }

  /// One front end; empty when a record refused.
  private Optional<FrontEndSettings> frontEnd(FrontEnd name, Section root) {
    var cookie = root.get(Keys.SESSION).get(ServerKeys.COOKIE_KEY);
    var server = guarded(root.get(Keys.SERVER), () -> server(root));
    var cookies = guarded(cookie, () -> cookie(cookie));
    var routeTokens =
        guarded(
            root, () -> TokenKeys.tokens(root.get(Keys.ROUTES), root.get(Keys.PROVIDERS).keySet()));
    var providers = providers(root, root.get(Keys.AUTH).get(ClientKeys.SIGNING_KEYS));
    var routes = routes(root);
    return findings.hasErrors()
        ? Optional.empty()
        : Optional.of(
            new FrontEndSettings(
                name,
                server.orElseThrow(),
                cookies.orElseThrow(),
                providers,
                routes,
                routeTokens.orElseThrow(),
                spa(root.get(Keys.SPA))));
  }

  private <T> Optional<T> guarded(Section section, Supplier<T> record) {
    try {
      return Optional.of(record.get());
    } catch (IllegalArgumentException e) {
      var problem = section.path() + ": " + e.getMessage();
      findings.error(section.place(), "refused", problem, "");
      return Optional.empty();
    }
  }

  private static TlsFiles.KeyPair pair(Section tls) {
    return new TlsFiles.KeyPair(tls.get(ServerKeys.CERTIFICATE), tls.get(ServerKeys.PRIVATE_KEY));
  }

  private static ServerSettings server(Section root) {
    var server = root.get(Keys.SERVER);
    var auth = root.get(Keys.AUTH);
    var limits = server.get(ServerKeys.LIMITS_KEY);
    var shutdown = server.get(ServerKeys.SHUTDOWN_KEY);
    return new ServerSettings(
        server.get(ServerKeys.PUBLIC_URL),
        server.get(ServerKeys.HOST),
        server.get(ServerKeys.PORT),
        server.get(ServerKeys.ADDITIONAL_HOSTS),
        server
            .find(ServerKeys.TLS_KEY)
            .map(
                tls ->
                    new ServerSettings.Tls(
                        pair(tls),
                        tls.get(ServerKeys.FURTHER).stream().map(Assembly::pair).toList())),
        server.get(ServerKeys.HTTP2),
        server.get(ServerKeys.H2C),
        server.get(ServerKeys.TRANSPORT),
        server.get(ServerKeys.TRUSTED_PROXIES),
        new ServerSettings.Limits(
            Math.toIntExact(limits.get(ServerKeys.HEADER_BYTES)),
            limits.get(ServerKeys.BODY),
            limits.get(ServerKeys.CONNECTIONS),
            new ServerSettings.Rates(
                limits.get(ServerKeys.LOGINS),
                limits.get(ServerKeys.UNKNOWN_SESSIONS),
                limits.get(ServerKeys.REJECTED_LOGOUTS)),
            new ServerSettings.Calls(
                RouteKeys.rateLimit(server.get(ServerKeys.RATE_LIMIT_KEY)),
                limits.get(ServerKeys.CALLS_PER_SESSION))),
        new ServerSettings.Shutdown(
            shutdown.get(ServerKeys.DRAIN_DELAY), shutdown.get(ServerKeys.GRACE)),
        auth.get(ServerKeys.BASE_PATH),
        origins(auth.get(ServerKeys.ALLOWED_ORIGINS)),
        auth.get(ServerKeys.CLEAR_SITE_DATA),
        auth.get(ServerKeys.THIRD_PARTY_LOGIN),
        auth.get(ServerKeys.VERIFY_KEY).map(verify -> verify.get(ServerKeys.VERIFY_SECRET)),
        NativeAppKeys.apps(auth));
  }

  private static Set<String> origins(List<URI> urls) {
    var origins = new LinkedHashSet<String>();
    urls.forEach(url -> origins.add(Origins.of(url)));
    return origins;
  }

  private static ManagementSettings management(Section management) {
    return new ManagementSettings(
        management.get(ServerKeys.MANAGEMENT_HOST),
        management.get(ServerKeys.MANAGEMENT_PORT),
        management.get(ServerKeys.MANAGEMENT_HOSTS),
        management.get(ServerKeys.MANAGEMENT_TOKEN));
  }

  private static SessionSettings session(Section session) {
    var perUser = session.get(ServerKeys.MAX_PER_USER);
    return new SessionSettings(
        session.get(ServerKeys.IDLE_TIMEOUT),
        session.get(ServerKeys.MAX_LIFETIME),
        session
            .get(ServerKeys.MAX_SESSIONS)
            .orElseGet(() -> SessionSettings.roomIn(Runtime.getRuntime().maxMemory())),
        perUser.map(OptionalInt::of).orElse(OptionalInt.empty()));
  }

  private static CookieSettings cookie(Section cookie) {
    return new CookieSettings(
        cookie.get(ServerKeys.COOKIE_NAME),
        cookie.get(ServerKeys.SAME_SITE),
        cookie.get(ServerKeys.PERSISTENT));
  }

  private Map<String, ProviderSettings> providers(Section root, List<SigningKey> signingKeys) {
    var routes = root.get(Keys.ROUTES);
    var providers = new LinkedHashMap<String, ProviderSettings>();
    root.get(Keys.PROVIDERS)
        .forEach(
            (name, section) ->
                guarded(
                        section,
                        () ->
                            provider(name, section, TokenKeys.resources(routes, name), signingKeys))
                    .ifPresent(provider -> providers.put(name, provider)));
    return providers;
  }

  private static ProviderSettings provider(
      String name, Section provider, List<String> ofRoutes, List<SigningKey> signingKeys) {
    return new ProviderSettings(
        name,
        provider.get(ProviderKeys.ISSUER),
        provider.find(ProviderKeys.DISCOVERY_URL),
        endpoints(provider.get(ProviderKeys.ENDPOINTS_KEY)),
        provider.get(ProviderKeys.CLIENT_ID),
        ClientKeys.settings(provider, signingKeys),
        ClientKeys.hardening(provider, signingKeys),
        provider.get(ProviderKeys.SCOPES),
        new Resources(
            provider.get(ProviderKeys.RESOURCES),
            ofRoutes,
            Optional.of(provider.get(ProviderKeys.AUTHORIZATION_DETAILS))
                .filter(details -> !details.equals("[]"))),
        provider.get(ProviderKeys.AUTHORIZE_PARAMS),
        new LinkedHashSet<>(provider.get(ProviderKeys.ALLOWED_LOGIN_PARAMS)),
        provider.get(ProviderKeys.RESPONSE_MODE),
        new LinkedHashSet<>(provider.get(ProviderKeys.ID_TOKEN_ALGS)),
        provider.get(ProviderKeys.USERINFO),
        provider.get(ProviderKeys.INTROSPECTION),
        provider.get(ProviderKeys.CLAIMS),
        provider.get(ProviderKeys.REFRESH_KEY).find(ProviderKeys.AHEAD),
        provider.get(ProviderKeys.REFRESH_KEY).get(ProviderKeys.REUSE_GRACE),
        provider.get(ProviderKeys.DEFAULT_TOKEN_LIFE),
        provider.get(ProviderKeys.TIMEOUT),
        provider.get(ProviderKeys.CLOCK_SKEW),
        provider.get(ProviderKeys.LOGOUT_KEY).get(ProviderKeys.ID_TOKEN_HINT),
        provider.get(ProviderKeys.LOGOUT_KEY).get(ProviderKeys.FRONT_CHANNEL),
        provider.get(ProviderKeys.CALLBACK),
        new ProviderSettings.Display(
            provider.find(ProviderKeys.LABEL).orElse(name), provider.get(ProviderKeys.LISTED)),
        DialectKeys.dialect(provider),
        ClientKeys.files(provider),
        provider.get(ProviderKeys.INSECURE_HTTP));
  }

  private static ProviderSettings.EndpointOverrides endpoints(Section endpoints) {
    return new ProviderSettings.EndpointOverrides(
        endpoints.find(ProviderKeys.AUTHORIZATION),
        endpoints.find(ProviderKeys.TOKEN),
        endpoints.find(ProviderKeys.JWKS),
        endpoints.find(ProviderKeys.USERINFO_ENDPOINT),
        endpoints.find(ProviderKeys.END_SESSION),
        endpoints.find(ProviderKeys.REVOCATION),
        endpoints.find(ProviderKeys.PUSHED));
  }

  private List<Route> routes(Section root) {
    var bound = new BoundTokens(root.get(Keys.PROVIDERS));
    var routes = new ArrayList<Route>();
    root.get(Keys.ROUTES)
        .forEach(section -> guarded(section, () -> route(section, bound)).ifPresent(routes::add));
    return routes;
  }

  private static Route route(Section route, BoundTokens bound) {
    var upstream = bound.shown(route, UpstreamKeys.upstream(route));
    var timeout = route.get(RouteKeys.TIMEOUT_KEY);
    var websocket = route.get(RouteKeys.WEBSOCKET_KEY);
    return new Route(
        route.get(RouteKeys.PATH),
        upstream,
        route.find(RouteKeys.STRIP_PREFIX),
        route.find(RouteKeys.REWRITE),
        route.get(RouteKeys.ACCESS),
        TokenKeys.kind(route),
        new LinkedHashSet<>(route.get(RouteKeys.METHODS)),
        route.get(RouteKeys.CSRF),
        requirement(route.get(RouteKeys.REQUIRE_KEY)),
        route.get(RouteKeys.STEP_UP),
        route.get(RouteKeys.TOUCH),
        new Route.Timeouts(
            timeout.get(RouteKeys.CONNECT),
            timeout.get(RouteKeys.FIRST_BYTE),
            timeout.get(RouteKeys.IDLE),
            timeout.get(RouteKeys.TOTAL)),
        route.get(RouteKeys.ENCODED_SLASHES),
        route.get(RouteKeys.DPOP_KEY).get(RouteKeys.DPOP_ORIGIN).map(Origins::of),
        Math.toIntExact(route.get(RouteKeys.REPLAY_BUFFER)),
        route.get(RouteKeys.MAX_BODY),
        RouteKeys.rateLimit(route.get(RouteKeys.RATE_LIMIT_KEY)),
        route.get(RouteKeys.PRESERVE_HOST),
        route
            .get(RouteKeys.IDENTITY_KEY)
            .map(identity -> RouteKeys.identity(identity, upstream))
            .orElseGet(Route.Identity::none),
        new Route.WebSockets(
            websocket.get(RouteKeys.WS_ENABLED),
            websocket.get(RouteKeys.WS_SLIDES),
            websocket.get(RouteKeys.ON_TOKEN_EXPIRY)));
  }

  private static Route.Requirement requirement(Section require) {
    var claims = new ArrayList<Route.ClaimRule>();
    require
        .get(RouteKeys.CLAIMS)
        .forEach((claim, anyOf) -> claims.add(new Route.ClaimRule(claim, anyOf)));
    return new Route.Requirement(
        require.find(RouteKeys.PROVIDER),
        require.find(RouteKeys.ACR),
        require.find(RouteKeys.MAX_AGE),
        claims);
  }

  private static SpaSettings spa(Section spa) {
    Optional<SpaSettings> directory =
        spa.find(ServerKeys.DIRECTORY)
            .map(path -> new SpaSettings.Directory(path, spa.find(ServerKeys.CSP)));
    return directory
        .or(() -> spa.find(ServerKeys.DEV_SERVER).map(SpaSettings.DevServer::new))
        .orElseGet(SpaSettings.None::new);
  }
}
