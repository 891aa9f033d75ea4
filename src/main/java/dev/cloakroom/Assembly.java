package dev.cloakroom;

import dev.cloakroom.config.FrontEndSettings;
import dev.cloakroom.config.GatewayConfig;
import dev.cloakroom.crypto.EncryptionKey;
import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.crypto.KeyRingSealer;
import dev.cloakroom.crypto.TlsWatch;
import dev.cloakroom.edge.Fronts;
import dev.cloakroom.logout.AdminSessions;
import dev.cloakroom.logout.Reach;
import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.FrontEndEvents;
import dev.cloakroom.observe.Observer;
import dev.cloakroom.oidc.OidcProvider;
import dev.cloakroom.oidc.Provider;
import dev.cloakroom.session.FrontEnd;
import dev.cloakroom.session.MemorySessionStore;
import dev.cloakroom.session.Revoker;
import dev.cloakroom.session.SessionSeal;
import dev.cloakroom.session.SessionStore;
import dev.cloakroom.session.SnapshotFile;
import dev.cloakroom.session.redis.RedisSessionStore;
import dev.cloakroom.session.redis.RedisSettings;
import dev.cloakroom.token.TokenKeeper;
import io.vertx.core.Future;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// What all event loops share: the providers, the sessions, the front ends. No decisions.
final class Assembly {
  private final Map<FrontEnd, Map<String, Provider>> providers;
  private final Optional<RedisSessionStore> redis;
  private final SessionStore sessions;
  private final Optional<Persistence> persistence;
  private final AdminSessions administration;
  private final List<FrontEndAssembly> frontEnds = new ArrayList<>();
  private final Observer observer;

  /// Builds everything.
  ///
  /// @param publicUrls of each front end, with its final port
  Assembly(GatewayConfig config, List<URI> publicUrls, TlsWatch tls, Fronts.Around around) {
    this.observer = around.observer();
    providers = providers(config, tls, around);
    var revoker = new Revoker(qualified(providers), observer);
    var beside =
        new RedisSessionStore.Around(around.vertx(), around.clock(), around.entropy(), observer);
    redis = config.redis().map(settings -> redis(config, settings, revoker, beside));
    var sealer = sealer(config, around.entropy());
    var memory =
        new MemorySessionStore(config.session(), around.clock(), observer, sealing(config, sealer));
    sessions = redis.<SessionStore>map(store -> store).orElse(memory);
    persistence = config.persist().map(_ -> persistence(config, memory, sealer, around));
    administration = new AdminSessions(sessions, revoker, List.copyOf(providers.keySet()));
    var shared =
        new FrontEndAssembly.Shared(
            config.session(), sessions, revoker, reach(config), sealer, config.signingKeys());
    for (int i = 0; i < publicUrls.size(); i++) {
      var settings = config.frontEnds().get(i);
      frontEnds.add(
          new FrontEndAssembly(
              settings,
              publicUrls.get(i),
              providers.getOrDefault(settings.frontEnd(), Map.of()),
              shared,
              at(settings.frontEnd(), around)));
    }
  }

  /// The same, but whoever listens learns which front end it is.
  private static Fronts.Around at(FrontEnd frontEnd, Fronts.Around around) {
    return frontEnd.isOnly()
        ? around
        : new Fronts.Around(
            around.vertx(),
            around.clock(),
            around.entropy(),
            new FrontEndEvents(frontEnd.name(), around.observer()));
  }

  private static Map<FrontEnd, Map<String, Provider>> providers(
      GatewayConfig config, TlsWatch tls, Fronts.Around around) {
    var all = new LinkedHashMap<FrontEnd, Map<String, Provider>>();
    for (var each : config.frontEnds()) {
      var here = at(each.frontEnd(), around);
      var known = new LinkedHashMap<String, Provider>();
      each.providers()
          .forEach(
              (name, settings) ->
                  known.put(
                      name,
                      new OidcProvider(
                          here.vertx(),
                          settings,
                          tls,
                          here.clock(),
                          here.entropy(),
                          here.observer())));
      all.put(each.frontEnd(), known);
    }
    return all;
  }

  private static Map<String, Provider> qualified(Map<FrontEnd, Map<String, Provider>> providers) {
    var all = new LinkedHashMap<String, Provider>();
    providers.forEach(
        (frontEnd, known) ->
            known.forEach((name, provider) -> all.put(frontEnd.qualified(name), provider)));
    return all;
  }

  private static Reach reach(GatewayConfig config) {
    return new Reach(
        config.frontEnds().stream()
            .collect(
                Collectors.toMap(FrontEndSettings::frontEnd, each -> each.providers().values())));
  }

  private static Persistence persistence(
      GatewayConfig config, MemorySessionStore memory, KeyRingSealer sealer, Fronts.Around around) {
    var path = config.persist().orElseThrow();
    var file = new SnapshotFile(path, sealer, config.session().maxLifetime(), around.clock());
    return new Persistence(memory, file, path, around.vertx(), around.observer());
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

  SessionStore sessions() {
    return sessions;
  }

  AdminSessions administration() {
    return administration;
  }

  List<Fronts> fronts() {
    return frontEnds.stream().map(FrontEndAssembly::made).toList();
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
    providers.values().stream()
        .flatMap(known -> known.values().stream())
        .forEach(provider -> provider.discover().onFailure(this::fault));
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
    return Future.join(
            frontEnds.stream().map(FrontEndAssembly::tokens).map(TokenKeeper::settle).toList())
        .mapEmpty();
  }
}
