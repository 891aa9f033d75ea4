package dev.cloakroom.world;

import dev.cloakroom.config.FrontEndSettings;
import dev.cloakroom.config.GatewayConfig;
import dev.cloakroom.crypto.Secret;
import dev.cloakroom.crypto.TlsFiles;
import dev.cloakroom.edge.CookieSettings;
import dev.cloakroom.edge.ServerSettings;
import dev.cloakroom.edge.SpaSettings;
import dev.cloakroom.jose.SigningKeys;
import dev.cloakroom.login.app.NativeApp;
import dev.cloakroom.manage.ManagementSettings;
import dev.cloakroom.oidc.ClientTarget;
import dev.cloakroom.oidc.Dialect;
import dev.cloakroom.oidc.Hardening;
import dev.cloakroom.oidc.ProviderSettings;
import dev.cloakroom.oidc.Resources;
import dev.cloakroom.oidc.TokenTarget;
import dev.cloakroom.oidc.client.ClientAuth;
import dev.cloakroom.proxy.Route;
import dev.cloakroom.session.FrontEnd;
import dev.cloakroom.session.SessionSettings;
import dev.cloakroom.session.redis.RedisSettings;
import dev.cloakroom.token.RouteTokens;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The configuration of a world: everything at its default, but for what a test changes.
public final class WorldConfig {
  Duration idleTimeout = Duration.ofMinutes(30);
  Duration maxLifetime = Duration.ofHours(8);
  OptionalInt maxPerUser = OptionalInt.empty();
  int maxSessions = 10_000;
  Set<String> allowedOrigins = Set.of();
  List<String> trustedProxies = List.of();
  ProviderSettings.ResponseMode responseMode = ProviderSettings.ResponseMode.QUERY;
  ProviderSettings.IdTokenHint idTokenHint = ProviderSettings.IdTokenHint.AUTO;
  Duration grace = Duration.ofSeconds(2);
  ServerSettings.Rates rates = rates(600);
  ServerSettings.Calls calls = new ServerSettings.Calls(Route.RateLimit.none(), Optional.empty());
  boolean clientSecretPost;
  boolean userinfo;
  boolean introspection;
  Set<String> idTokenAlgs = Set.of("RS256");
  boolean clearSiteData;
  boolean thirdPartyLogin;
  List<NativeApp> nativeApps = List.of();
  boolean frontChannelLogout;
  Optional<Secret> verifySecret = Optional.empty();
  Optional<Path> persist = Optional.empty();
  int listensAt;
  Optional<Secret> managementToken = Optional.empty();
  Duration providerTimeout = Duration.ofSeconds(10);
  Optional<ServerSettings.Tls> tls = Optional.empty();
  boolean http2 = true;
  private boolean h2c;
  private int connections = 20_000;
  Optional<URI> devServer = Optional.empty();
  Optional<Path> frontEnd = Optional.empty();
  Optional<RealProvider> realProvider = Optional.empty();
  Optional<RedisSettings> redis = Optional.empty();
  List<Secret> encryptionKeys = List.of();
  List<String> partners = List.of();
  private List<String> resources = List.of();
  private final Map<String, RouteTokens.OfClient> clients = new LinkedHashMap<>();
  private final Map<String, TokenTarget> targets = new LinkedHashMap<>();
  Consumer<ScriptedProvider> shape = _ -> {};
  private Optional<Function<String, Map<String, ProviderSettings>>> providers = Optional.empty();
  SigningKeys signingKeys = SigningKeys.none();
  Hardening hardening = Hardening.usual();
  Optional<ClientAuth> clientAuth = Optional.empty();
  Optional<Secured> secured = Optional.empty();
  private Optional<TlsFiles> clientTls = Optional.empty();
  private final Map<String, WorldConfig> frontEnds = new LinkedHashMap<>();
  private boolean atThePartner;
  private final List<RouteDraft> routes =
      new ArrayList<>(
          List.of(
              new RouteDraft("/api/**"),
              new RouteDraft("/public/**")
                  .access(Route.Access.ANONYMOUS)
                  .token(Route.TokenKind.NONE),
              new RouteDraft("/maybe/**").access(Route.Access.OPTIONAL),
              new RouteDraft("/strict/**").csrf(Route.Csrf.HEADER),
              new RouteDraft("/read/**").methods(Set.of("GET"))));

  /// One of several front ends, instead of the usual one: `http://name.localhost`, with its own
  /// providers, routes and files.
  public WorldConfig frontEnd(String name, UnaryOperator<WorldConfig> changes) {
    frontEnds.put(name, changes.apply(new WorldConfig()));
    return this;
  }

  Set<String> frontEnds() {
    return frontEnds.keySet();
  }

  /// The provider called `main` is the partner.
  public WorldConfig atThePartner() {
    atThePartner = true;
    return this;
  }

  /// What the provider is like before the gateway asks it anything.
  public WorldConfig meets(Consumer<ScriptedProvider> shapes) {
    shape = shapes;
    return this;
  }

  /// Another configuration of the provider than the usual one, made for its address; `shapes` makes
  /// it behave so that it fits.
  public WorldConfig providers(
      Consumer<ScriptedProvider> shapes, Function<String, Map<String, ProviderSettings>> made) {
    shape = shapes;
    providers = Optional.of(made);
    return this;
  }

  /// Further logins, at another provider: each has a redirect URI of its own. Those that begin with
  /// `hidden` are not for users to choose.
  public WorldConfig partners(String... names) {
    partners = List.of(names);
    return this;
  }

  /// Another provider than the scripted one, in real time. The gateway listens on `port`, because
  /// its addresses are registered there beforehand.
  public record RealProvider(String issuer, String clientId, String clientSecret, int port) {}

  public WorldConfig realProvider(RealProvider provider) {
    realProvider = Optional.of(provider);
    return this;
  }

  public WorldConfig idleTimeout(Duration timeout) {
    idleTimeout = timeout;
    return this;
  }

  public WorldConfig maxPerUser(int most) {
    maxPerUser = OptionalInt.of(most);
    return this;
  }

  public WorldConfig maxSessions(int most) {
    maxSessions = most;
    return this;
  }

  public WorldConfig maxLifetime(Duration lifetime) {
    maxLifetime = lifetime;
    return this;
  }

  public WorldConfig allowedOrigins(String... origins) {
    allowedOrigins = Set.of(origins);
    return this;
  }

  public WorldConfig trustedProxies(String... networks) {
    trustedProxies = List.of(networks);
    return this;
  }

  /// A trusted proxy that shows this secret may ask about requests.
  public WorldConfig verify(String secret) {
    verifySecret = Optional.of(Secret.of(secret));
    return this;
  }

  public WorldConfig formPost() {
    responseMode = ProviderSettings.ResponseMode.FORM_POST;
    return this;
  }

  /// How the provider is to answer.
  public WorldConfig answeredBy(ProviderSettings.ResponseMode mode) {
    responseMode = mode;
    return this;
  }

  public WorldConfig clientSecretPost() {
    clientSecretPost = true;
    return this;
  }

  /// The gateway proves itself with these keys.
  public WorldConfig signsWith(SigningKeys keys) {
    signingKeys = keys;
    return this;
  }

  /// How the gateway proves itself, whatever else is said.
  public WorldConfig provesItself(ClientAuth by) {
    clientAuth = Optional.of(by);
    return this;
  }

  /// Provider and upstream speak TLS, and the gateway shows them this certificate.
  public WorldConfig secured(Secured servers, PemFiles own) {
    secured = Optional.of(servers);
    clientTls =
        Optional.of(
            new TlsFiles(
                Optional.of(servers.server().certificate()),
                Optional.of(new TlsFiles.KeyPair(own.certificate(), own.key()))));
    return this;
  }

  /// Beyond the plain code flow.
  public WorldConfig hardens(Hardening more) {
    hardening = more;
    return this;
  }

  /// The provider binds tokens to a key of the login, which the gateway proves to have (RFC 9449).
  public WorldConfig bindsTokens() {
    return meets(ScriptedProvider::bindsToKeys).hardens(Hardening.usual().proving());
  }

  public WorldConfig userinfo() {
    userinfo = true;
    return this;
  }

  public WorldConfig introspection() {
    introspection = true;
    return this;
  }

  public WorldConfig idTokenAlgs(String... algorithms) {
    idTokenAlgs = Set.of(algorithms);
    return this;
  }

  public WorldConfig thirdPartyLogin() {
    thirdPartyLogin = true;
    return this;
  }

  /// Apps that may log users in.
  public WorldConfig nativeApps(NativeApp... apps) {
    nativeApps = List.of(apps);
    return this;
  }

  public WorldConfig clearSiteData() {
    clearSiteData = true;
    return this;
  }

  /// It speaks https, and has certificates for further names.
  public WorldConfig tls(PemFiles files, PemFiles... further) {
    tls =
        Optional.of(
            new ServerSettings.Tls(files.pair(), Stream.of(further).map(PemFiles::pair).toList()));
    return this;
  }

  public WorldConfig tls(PemFiles files) {
    tls = Optional.of(files.settings());
    return this;
  }

  /// A file in which sessions survive a restart, and the keys for it.
  public WorldConfig persists(Path file, Secret... keys) {
    persist = Optional.of(file);
    encryptionKeys = List.of(keys);
    return this;
  }

  /// A port instead of any free one.
  WorldConfig listensAt(int port) {
    listensAt = port;
    return this;
  }

  public WorldConfig onlyHttp1() {
    http2 = false;
    return this;
  }

  /// How many connections there may be at a time.
  public WorldConfig connections(int most) {
    connections = most;
    return this;
  }

  /// HTTP/2 is spoken without TLS too.
  public WorldConfig h2c() {
    h2c = true;
    return this;
  }

  public WorldConfig frontChannelLogout() {
    frontChannelLogout = true;
    return this;
  }

  public WorldConfig managementToken(String token) {
    managementToken = Optional.of(Secret.of(token));
    return this;
  }

  public WorldConfig noIdTokenHint() {
    idTokenHint = ProviderSettings.IdTokenHint.NEVER;
    return this;
  }

  public WorldConfig grace(Duration forShutdown) {
    grace = forShutdown;
    return this;
  }

  public WorldConfig rates(int logins, int unknownSessions, int rejectedLogouts) {
    rates =
        new ServerSettings.Rates(
            Optional.of(logins), Optional.of(unknownSessions), Optional.of(rejectedLogouts));
    return this;
  }

  /// How many calls a minute, and how many of a session at a time.
  public WorldConfig calls(
      Optional<Integer> perClient, Optional<Integer> perSession, Optional<Integer> atOnce) {
    calls = new ServerSettings.Calls(new Route.RateLimit(perClient, perSession), atOnce);
    return this;
  }

  private static ServerSettings.Rates rates(int each) {
    return new ServerSettings.Rates(Optional.of(each), Optional.of(each), Optional.of(each));
  }

  public WorldConfig providerTimeout(Duration timeout) {
    providerTimeout = timeout;
    return this;
  }

  /// The files of another front end than the world's own.
  public WorldConfig frontEnd(Path directory) {
    frontEnd = Optional.of(directory);
    return this;
  }

  /// A dev server instead of files.
  public WorldConfig devServer(URI url) {
    devServer = Optional.of(url);
    return this;
  }

  /// Sessions are kept in that Redis, sealed under that key.
  public WorldConfig redis(RedisSettings settings, Secret... keys) {
    redis = Optional.of(settings);
    encryptionKeys = List.of(keys);
    return this;
  }

  /// What the login's own access token is for.
  public WorldConfig resources(String... own) {
    resources = List.of(own);
    return this;
  }

  /// A route whose upstream gets a token of its own.
  public WorldConfig route(RouteDraft route, TokenTarget target) {
    targets.put(route.path(), target);
    return route(route.token(Route.TokenKind.TARGETED));
  }

  /// A route whose upstream gets a token of the gateway itself.
  public WorldConfig route(RouteDraft route, ClientTarget target) {
    clients.put(route.path(), new RouteTokens.OfClient("main", target));
    return route(route.token(Route.TokenKind.CLIENT));
  }

  private Set<String> ofRoutes() {
    return targets.values().stream()
        .flatMap(
            target ->
                target instanceof TokenTarget.Resource(var resources, _)
                    ? resources.stream()
                    : Stream.empty())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /// These routes, instead of the usual ones.
  public WorldConfig routes(RouteDraft... only) {
    routes.clear();
    routes.addAll(List.of(only));
    return this;
  }

  public WorldConfig route(RouteDraft route) {
    routes.add(route);
    return this;
  }

  GatewayConfig build(
      String scriptedIssuer, String partnerIssuer, URI upstream, Path spaDirectory) {
    int port = realProvider.map(RealProvider::port).orElse(listensAt);
    var around = new Surroundings(scriptedIssuer, partnerIssuer, upstream, spaDirectory, port);
    var all =
        frontEnds.isEmpty()
            ? List.of(settings(FrontEnd.ONLY, "localhost", around))
            : frontEnds.entrySet().stream()
                .map(
                    each ->
                        each.getValue()
                            .settings(
                                new FrontEnd(each.getKey()), each.getKey() + ".localhost", around))
                .toList();
    return new GatewayConfig(
        new ManagementSettings("127.0.0.1", 0, List.of(), managementToken),
        new SessionSettings(idleTimeout, maxLifetime, maxSessions, maxPerUser),
        redis,
        persist,
        encryptionKeys,
        signingKeys,
        all);
  }

  private record Surroundings(
      String scriptedIssuer, String partnerIssuer, URI upstream, Path spaDirectory, int port) {}

  private FrontEndSettings settings(FrontEnd frontEndName, String host, Surroundings around) {
    var own = atThePartner ? around.partnerIssuer : around.scriptedIssuer;
    var issuer = realProvider.map(RealProvider::issuer).orElse(own);
    var all = new LinkedHashMap<String, ProviderSettings>();
    all.put("main", provider("main", issuer, "Company <account>", true));
    for (var name : partners) {
      all.put(name, provider(name, around.partnerIssuer, "Partner", !name.startsWith("hidden")));
    }
    return new FrontEndSettings(
        frontEndName,
        new ServerSettings(
            URI.create((tls.isPresent() ? "https" : "http") + "://" + host + ":" + around.port),
            "127.0.0.1",
            around.port,
            List.of(),
            tls,
            http2,
            h2c,
            ServerSettings.Transport.NATIVE,
            trustedProxies,
            new ServerSettings.Limits(16 * 1024, Optional.empty(), connections, rates, calls),
            new ServerSettings.Shutdown(Duration.ZERO, grace),
            "/auth",
            allowedOrigins,
            clearSiteData,
            thirdPartyLogin,
            verifySecret,
            nativeApps),
        new CookieSettings(World.SESSION_COOKIE, CookieSettings.SameSite.STRICT, false),
        providers.map(made -> made.apply(around.scriptedIssuer)).orElse(all),
        routes.stream().map(route -> route.build(around.upstream, clientTls)).toList(),
        new RouteTokens(targets, clients),
        devServer
            .<SpaSettings>map(SpaSettings.DevServer::new)
            .orElseGet(
                () ->
                    new SpaSettings.Directory(
                        frontEnd.orElse(around.spaDirectory), Optional.empty())));
  }

  private ClientAuth clientAuth(Secret secret) {
    if (clientAuth.isPresent()) {
      return clientAuth.get();
    }
    if (!signingKeys.isEmpty()) {
      return new ClientAuth.PrivateKeyJwt(signingKeys, ClientAuth.Audience.ISSUER);
    }
    return clientSecretPost
        ? new ClientAuth.SecretPost(secret)
        : new ClientAuth.SecretBasic(secret);
  }

  private ProviderSettings provider(String name, String issuer, String label, boolean listed) {
    var secret =
        Secret.of(
            realProvider.map(RealProvider::clientSecret).orElse(ScriptedProvider.CLIENT_SECRET));
    return new ProviderSettings(
        name,
        issuer,
        Optional.empty(),
        ProviderSettings.EndpointOverrides.none(),
        realProvider.map(RealProvider::clientId).orElse(ScriptedProvider.CLIENT_ID),
        clientAuth(secret),
        hardening,
        List.of("openid", "profile", "email"),
        new Resources(resources, List.copyOf(ofRoutes()), Optional.empty()),
        Map.of(),
        Set.of("prompt", "login_hint", "acr_values", "max_age", "ui_locales"),
        responseMode,
        idTokenAlgs,
        userinfo,
        introspection,
        List.of("sub", "name", "preferred_username", "email", "picture"),
        Optional.empty(),
        Duration.ZERO,
        Duration.ofMinutes(5),
        providerTimeout,
        Duration.ofSeconds(30),
        idTokenHint,
        frontChannelLogout,
        name.equals("main") ? ProviderSettings.Redirect.SHARED : ProviderSettings.Redirect.OWN,
        new ProviderSettings.Display(label, listed),
        Dialect.none(),
        clientTls,
        false);
  }
}
