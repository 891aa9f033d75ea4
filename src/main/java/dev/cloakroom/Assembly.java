package dev.cloakroom;

import dev.cloakroom.config.GatewayConfig;
import dev.cloakroom.crypto.EncryptionKey;
import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.crypto.KeyRingSealer;
import dev.cloakroom.crypto.TlsWatch;
import dev.cloakroom.edge.Endpoints;
import dev.cloakroom.edge.Fronts;
import dev.cloakroom.edge.Surface;
import dev.cloakroom.identity.Identities;
import dev.cloakroom.identity.Statements;
import dev.cloakroom.login.LoginFlow;
import dev.cloakroom.login.ReturnTo;
import dev.cloakroom.logout.AdminSessions;
import dev.cloakroom.logout.BackChannelLogout;
import dev.cloakroom.logout.FrontChannelLogout;
import dev.cloakroom.logout.LogoutFlow;
import dev.cloakroom.logout.OwnSessions;
import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import dev.cloakroom.oidc.OidcProvider;
import dev.cloakroom.oidc.Provider;
import dev.cloakroom.proxy.RoutingTable;
import dev.cloakroom.session.MemorySessionStore;
import dev.cloakroom.session.Revoker;
import dev.cloakroom.session.SessionSeal;
import dev.cloakroom.session.SessionStore;
import dev.cloakroom.session.SnapshotFile;
import dev.cloakroom.session.Timers;
import dev.cloakroom.session.redis.RedisSessionStore;
import dev.cloakroom.session.redis.RedisSettings;
import dev.cloakroom.token.ClientTokens;
import dev.cloakroom.token.TokenKeeper;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import java.net.URI;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What all event loops share: the providers, the sessions, the flows. No decisions.
final class Assembly {
  private final Map<String, Provider> providers = new LinkedHashMap<>();
  private final Optional<RedisSessionStore> redis;
  private final SessionStore sessions;
  private final Optional<Persistence> persistence;
  private final TokenKeeper tokens;
  private final AdminSessions administration;
  private final Fronts fronts;
  private final Observer observer;

  Assembly(
      GatewayConfig config,
      URI publicUrl,
      Vertx vertx,
      TlsWatch tls,
      InstantSource clock,
      Entropy entropy,
      Observer observer) {
    this.observer = observer;
    config
        .providers()
        .forEach(
            (name, settings) ->
                providers.put(
                    name, new OidcProvider(vertx, settings, tls, clock, entropy, observer)));
    Timers timers = (delay, action) -> vertx.setTimer(delay.toMillis(), _ -> action.run());
    var revoker = new Revoker(providers, observer);
    var around = new RedisSessionStore.Around(vertx, clock, entropy, observer);
    redis = config.redis().map(settings -> redis(config, settings, revoker, around));
    var sealer = sealer(config, entropy);
    var memory = new MemorySessionStore(config.session(), clock, observer, sealing(config, sealer));
    sessions = redis.<SessionStore>map(store -> store).orElse(memory);
    persistence =
        config
            .persist()
            .map(
                path ->
                    new Persistence(
                        memory,
                        new SnapshotFile(path, sealer, config.session().maxLifetime(), clock),
                        path,
                        vertx,
                        observer));
    administration = new AdminSessions(sessions, revoker);
    tokens = new TokenKeeper(sessions, providers, revoker, timers, clock, observer);
    var surface = Surface.of(publicUrl, config.server());
    var routes = routes(config);
    var endpoints = new Endpoints(config.server().basePath(), providers.keySet(), routes::find);
    var returnTo = new ReturnTo(path -> !endpoints.isPage(path));
    var login =
        new LoginFlow(
            providers,
            sessions,
            revoker,
            sealer,
            returnTo,
            config.session(),
            own(publicUrl, surface, "/callback"),
            clock,
            entropy,
            observer);
    var logout =
        new LogoutFlow(
            sessions,
            providers,
            revoker,
            sealer,
            own(publicUrl, surface, "/logout/callback"),
            clock,
            entropy);
    fronts =
        new Fronts(
            new Fronts.Settings(config.server(), config.cookie(), config.spa(), publicKeys(config)),
            surface,
            endpoints,
            new Fronts.Rooms(
                login,
                logout,
                new OwnSessions(sessions, revoker, clock),
                new BackChannelLogout(sessions, providers, revoker),
                new FrontChannelLogout(sessions, providers),
                tokens,
                new ClientTokens(providers, clock, observer),
                config.routeTokens(),
                sessions,
                new Identities(
                    new Statements(
                        config.signingKeys(),
                        surface.origin(publicUrl.getRawAuthority()),
                        clock,
                        entropy)),
                returnTo),
            new Fronts.Around(vertx, clock, entropy, observer));
  }

  private static JsonArray publicKeys(GatewayConfig config) {
    var keys = config.signingKeys().published().getJsonArray("keys");
    config.providers().values().stream()
        .flatMap(provider -> provider.hardening().decryptionKeys().stream())
        .forEach(decryption -> keys.add(decryption.published()));
    return keys;
  }

  private static RoutingTable routes(GatewayConfig config) {
    var bound = config.server().limits().body();
    return new RoutingTable(config.routes().stream().map(route -> route.boundedTo(bound)).toList());
  }

  private static RedisSessionStore redis(
      GatewayConfig config,
      RedisSettings settings,
      Revoker revoker,
      RedisSessionStore.Around around) {
    var seal = new SessionSeal(sealer(config, around.entropy()));
    return new RedisSessionStore(config.session(), settings, seal, revoker::ended, around);
  }

  /// Only a store whose sessions outlive the process keeps what sealing takes.
  private static Optional<SessionSeal> sealing(GatewayConfig config, KeyRingSealer ring) {
    return config.persist().map(_ -> new SessionSeal(ring));
  }

  private static KeyRingSealer sealer(GatewayConfig config, Entropy entropy) {
    List<EncryptionKey> ring = config.encryptionKeys().stream().map(EncryptionKey::parse).toList();
    return ring.isEmpty()
        ? KeyRingSealer.forThisProcess(entropy)
        : new KeyRingSealer(ring, entropy);
  }

  private static URI own(URI publicUrl, Surface surface, String path) {
    return URI.create(surface.origin(publicUrl.getRawAuthority()) + surface.basePath() + path);
  }

  SessionStore sessions() {
    return sessions;
  }

  AdminSessions administration() {
    return administration;
  }

  TokenKeeper tokens() {
    return tokens;
  }

  Fronts fronts() {
    return fronts;
  }

  /// Begins to connect to what is outside; whether that succeeds at once or not.
  Future<Void> open() {
    return redis.map(RedisSessionStore::open).orElseGet(Future::succeededFuture);
  }

  /// Lets go of what is outside, when nobody needs it any more.
  Future<Void> close() {
    return redis.map(RedisSessionStore::close).orElseGet(Future::succeededFuture);
  }

  /// Whether sessions can be had.
  boolean storeIsUp() {
    return redis.map(RedisSessionStore::isUp).orElse(true);
  }

  /// Asks every provider for its metadata, so that the first login need not wait. A provider that
  /// does not answer says so in an event and is asked again.
  void discoverProviders() {
    providers.values().forEach(provider -> provider.discover().onFailure(this::fault));
  }

  private void fault(Throwable cause) {
    observer.on(new Event.Fault(Optional.empty(), cause));
  }

  /// Ends what is past its deadline.
  void sweep() {
    sessions.sweep().onFailure(this::fault);
  }

  /// Takes over the sessions of the process before, where there is a file for them.
  Future<Void> restore() {
    return persistence.map(Persistence::restore).orElseGet(Future::succeededFuture);
  }

  /// Leaves the sessions to the process after this one, where there is a file for them.
  Future<Void> persist() {
    return persistence.map(Persistence::persist).orElseGet(Future::succeededFuture);
  }

  /// Waits for the refreshes under way, so that no rotated refresh token is lost.
  Future<Void> settle() {
    return tokens.settle();
  }
}
