package dev.cloakroom;

import dev.cloakroom.config.FrontEndSettings;
import dev.cloakroom.crypto.Sealer;
import dev.cloakroom.edge.Endpoints;
import dev.cloakroom.edge.Fronts;
import dev.cloakroom.edge.Surface;
import dev.cloakroom.identity.Identities;
import dev.cloakroom.identity.Statements;
import dev.cloakroom.jose.SigningKeys;
import dev.cloakroom.login.LoginFlow;
import dev.cloakroom.login.app.AppSessions;
import dev.cloakroom.login.app.NativeApps;
import dev.cloakroom.login.landing.Landings;
import dev.cloakroom.logout.BackChannelLogout;
import dev.cloakroom.logout.FrontChannelLogout;
import dev.cloakroom.logout.LogoutFlow;
import dev.cloakroom.logout.OwnSessions;
import dev.cloakroom.logout.Reach;
import dev.cloakroom.oidc.Provider;
import dev.cloakroom.proxy.RoutingTable;
import dev.cloakroom.session.Revoker;
import dev.cloakroom.session.SessionSettings;
import dev.cloakroom.session.SessionStore;
import dev.cloakroom.session.Timers;
import dev.cloakroom.token.ClientTokens;
import dev.cloakroom.token.Inspections;
import dev.cloakroom.token.TokenKeeper;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import java.net.URI;
import java.util.Map;

/// One front end: its flows and its surface, over what all of them share. No decisions.
final class FrontEndAssembly {
  private final FrontEndSettings settings;
  private final Map<String, Provider> providers;
  private final Shared shared;
  private final Fronts.Around around;
  private final URI publicUrl;
  private final Surface surface;
  private final TokenKeeper tokens;
  private final Fronts fronts;

  /// What all front ends share.
  record Shared(
      SessionSettings session,
      SessionStore sessions,
      Revoker revoker,
      Reach reach,
      Sealer sealer,
      SigningKeys signingKeys) {}

  /// Builds it.
  ///
  /// @param around whose observer knows the front end
  FrontEndAssembly(
      FrontEndSettings settings,
      URI publicUrl,
      Map<String, Provider> providers,
      Shared shared,
      Fronts.Around around) {
    this.settings = settings;
    this.providers = providers;
    this.shared = shared;
    this.around = around;
    this.publicUrl = publicUrl;
    this.surface = Surface.of(publicUrl, settings.server());
    this.tokens =
        new TokenKeeper(
            shared.sessions(),
            providers,
            shared.revoker(),
            timers(around.vertx()),
            around.clock(),
            around.observer());
    this.fronts = fronts();
  }

  Fronts made() {
    return fronts;
  }

  TokenKeeper tokens() {
    return tokens;
  }

  private static Timers timers(Vertx vertx) {
    return (delay, action) -> vertx.setTimer(delay.toMillis(), _ -> action.run());
  }

  private Fronts fronts() {
    var routes = routes();
    var endpoints = new Endpoints(surface, providers.keySet(), routes::find);
    boolean asked = settings.server().verifySecret().isPresent();
    var landings = new Landings(endpoints::isPage, path -> asked && endpoints.isCall(path));
    return new Fronts(
        new Fronts.Settings(
            settings.frontEnd(),
            settings.server(),
            settings.cookie(),
            settings.spa(),
            publicKeys()),
        surface,
        endpoints,
        rooms(landings),
        around);
  }

  private RoutingTable routes() {
    var bound = settings.server().limits().body();
    return new RoutingTable(
        settings.routes().stream().map(route -> route.boundedTo(bound)).toList());
  }

  private JsonArray publicKeys() {
    var keys = shared.signingKeys().published().getJsonArray("keys");
    settings.providers().values().stream()
        .flatMap(provider -> provider.hardening().decryptionKeys().stream())
        .forEach(decryption -> keys.add(decryption.published()));
    return keys;
  }

  private Fronts.Rooms rooms(Landings landings) {
    var sessions = shared.sessions();
    var statements =
        new Statements(shared.signingKeys(), origin(), around.clock(), around.entropy());
    return new Fronts.Rooms(
        login(landings),
        new AppSessions(
            settings.frontEnd(),
            sessions,
            shared.revoker(),
            around.clock(),
            around.entropy(),
            around.observer()),
        logout(),
        new OwnSessions(sessions, shared.revoker(), around.clock()),
        new BackChannelLogout(sessions, providers, shared.revoker(), shared.reach()),
        new FrontChannelLogout(sessions, providers, shared.reach()),
        tokens,
        new ClientTokens(providers, around.clock(), around.observer()),
        settings.routeTokens(),
        new Inspections(providers, tokens, around.clock(), around.observer()),
        sessions,
        new Identities(statements),
        landings);
  }

  private LoginFlow login(Landings landings) {
    return new LoginFlow(
        settings.frontEnd(),
        providers,
        shared.sessions(),
        shared.revoker(),
        shared.sealer(),
        landings,
        shared.session(),
        own("/callback"),
        new NativeApps(settings.server().nativeApps(), origin()),
        around.clock(),
        around.entropy(),
        around.observer());
  }

  private LogoutFlow logout() {
    return new LogoutFlow(
        settings.frontEnd(),
        shared.sessions(),
        providers,
        shared.revoker(),
        shared.sealer(),
        own("/logout/callback"),
        around.clock(),
        around.entropy());
  }

  private URI own(String path) {
    return URI.create(origin() + surface.basePath() + path);
  }

  private String origin() {
    return surface.origin(publicUrl.getRawAuthority());
  }
}
