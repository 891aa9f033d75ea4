package dev.cloakroom.edge;

import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.dpop.Proofs;
import dev.cloakroom.edge.arrival.Connections;
import dev.cloakroom.identity.Identities;
import dev.cloakroom.limit.Allowance;
import dev.cloakroom.login.LoginFlow;
import dev.cloakroom.login.app.AppSessions;
import dev.cloakroom.login.landing.Landings;
import dev.cloakroom.logout.BackChannelLogout;
import dev.cloakroom.logout.FrontChannelLogout;
import dev.cloakroom.logout.LogoutFlow;
import dev.cloakroom.logout.OwnSessions;
import dev.cloakroom.observe.Observer;
import dev.cloakroom.proxy.Forwarder;
import dev.cloakroom.proxy.RequestTarget;
import dev.cloakroom.session.FrontEnd;
import dev.cloakroom.session.SessionStore;
import dev.cloakroom.token.ClientTokens;
import dev.cloakroom.token.Inspections;
import dev.cloakroom.token.RouteTokens;
import dev.cloakroom.token.TokenKeeper;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Builds one front end's front of each event loop from what all of them share.
public final class Fronts {
  private final ServerSettings server;
  private final SpaSettings spa;
  private final Surface surface;
  private final Endpoints endpoints;
  private final Rooms rooms;
  private final Around around;
  private final Cookies cookies;
  private final CrossSiteGuard guard;
  private final SessionDoor door;
  private final Allowance logins;
  private final Allowance callbacks;
  private final Allowance rejectedLogouts;
  private final Allowance frontLogouts;
  private final SessionJson json;
  private final EventsHandler events;
  private final CallLimits limits;
  private final Proofs proofs;
  private final Reply keys;

  /// The settings of everything a browser meets.
  public record Settings(
      FrontEnd frontEnd,
      ServerSettings server,
      CookieSettings cookie,
      SpaSettings spa,
      JsonArray publicKeys) {}

  /// The world around the gateway.
  public record Around(Vertx vertx, InstantSource clock, Entropy entropy, Observer observer) {}

  /// Prepares what all event loops share.
  public Fronts(
      Settings settings, Surface surface, Endpoints endpoints, Rooms rooms, Around around) {
    this.server = settings.server();
    this.spa = settings.spa();
    this.surface = surface;
    this.endpoints = endpoints;
    this.rooms = rooms;
    this.around = around;
    this.cookies = new Cookies(settings.frontEnd(), settings.cookie(), surface.apps());
    this.guard = new CrossSiteGuard(surface);
    var rates = server.limits().rates();
    this.logins = new Allowance(rates.loginsPerMinute(), around.clock());
    this.callbacks = new Allowance(rates.loginsPerMinute(), around.clock());
    this.rejectedLogouts = new Allowance(rates.rejectedLogoutsPerMinute(), around.clock());
    this.frontLogouts = new Allowance(rates.loginsPerMinute(), around.clock());
    this.proofs = new Proofs(around.clock(), around.entropy());
    this.limits = new CallLimits(server.limits().calls(), around.clock());
    this.door =
        new SessionDoor(
            rooms.sessions(),
            new Allowance(rates.unknownSessionsPerMinute(), around.clock()),
            around.clock());
    this.json = new SessionJson(surface);
    this.keys = keys(settings.publicKeys());
    this.events =
        new EventsHandler(
            door,
            new RefreshHandler.Access(cookies, guard),
            new EventStreams(door, around.vertx(), around.clock()));
  }

  /// The public keys: public, so no guard. Where there are none there is no such page.
  private static Reply keys(JsonArray publicKeys) {
    return publicKeys.isEmpty()
        ? Reply.failure(ProblemCode.NO_SUCH_ROUTE)
        : new Reply.Json(new JsonObject().put("keys", publicKeys), List.of(), Map.of());
  }

  /// What all front ends together are on one event loop; called on that loop.
  static Reception reception(
      List<Fronts> all, Forwarder forwarder, Connections connections, LongLived longLived) {
    var hosts = new HashMap<String, Front>();
    var made = new ArrayList<Front>();
    for (var each : all) {
      var front = each.front(forwarder, connections, longLived);
      made.add(front);
      each.surface.authorities().forEach(authority -> hosts.put(authority, front));
    }
    return made.size() == 1
        ? made.getFirst()
        : new Hosts(hosts, made.getFirst(), all.getFirst().surface.scheme());
  }

  /// The front of one event loop; called on that loop.
  private Front front(Forwarder forwarder, Connections connections, LongLived longLived) {
    var security = new SecurityHeaders(surface);
    var admission = new Admission(surface, RequestTarget::parse);
    var addresses = new ClientAddress(server.trustedProxies());
    var rules = new Front.Rules(admission, addresses, endpoints, new Cors(surface), security);
    var tools =
        new Front.Tools(
            around.vertx(), around.clock(), around.observer(), new Trace.Source(around.entropy()));
    var wire = new Wire(surface, longLived, around.vertx());
    var api = new ApiHandler.Rules(guard, cookies, new Requirements(surface), limits);
    var verify =
        new VerifyHandler(
            new VerifyHandler.Gate(addresses, server.verifySecret()),
            admission,
            endpoints,
            new VerifyHandler.Logins(surface, rooms.landings()),
            handler(api, new VerifyHandler.Answer(cookies::owns, rooms.identities(), around)));
    var desk = desk(relay(forwarder, longLived), api, verify);
    return new Front(rules, desk, wire, connections, tools);
  }

  private Relay relay(Forwarder forwarder, LongLived longLived) {
    return new Relay(
        forwarder, rooms.sessions(), cookies, longLived, around, surface, rooms.identities());
  }

  private ApiHandler handler(ApiHandler.Rules rules, ApiHandler.LastStop last) {
    return new ApiHandler(
        door,
        new ApiHandler.Tokens(
            rooms.tokens(), rooms.clientTokens(), rooms.routeTokens(), rooms.inspections(), proofs),
        rules,
        last,
        around.clock());
  }

  private Desk desk(Relay relay, ApiHandler.Rules api, VerifyHandler verify) {
    var clock = around.clock();
    var access = new RefreshHandler.Access(cookies, guard);
    return new Desk(
        new LoginHandler(
            rooms.login(),
            cookies,
            logins,
            surface,
            new LoginHandler.ThirdParties(server.thirdPartyLogin(), around.vertx())),
        new AppSessionHandler(rooms.appSessions(), callbacks, json, around.vertx(), clock),
        new CallbackHandler(
            new CallbackHandler.Logins(rooms.login(), rooms.landings()),
            cookies,
            callbacks,
            surface,
            around.vertx(),
            clock),
        new SessionHandler(door, cookies, guard, json, clock),
        new RefreshHandler(door, rooms.tokens(), access, json, clock),
        new SessionsHandler(door, rooms.ownSessions(), access, json, surface, clock),
        new LogoutHandler(
            rooms.logout(),
            cookies,
            new LogoutHandler.Rules(guard, rooms.landings().open(), server.clearSiteData()),
            surface),
        new BackChannelHandler(rooms.backChannel(), rejectedLogouts, around.vertx()),
        new FrontChannelHandler(rooms.frontChannel(), frontLogouts),
        events,
        verify,
        keys,
        handler(api, relay),
        app(relay));
  }

  private Desk.App app(Relay relay) {
    return switch (spa) {
      case SpaSettings.Directory directory -> new StaticFiles(directory, around.vertx());
      case SpaSettings.DevServer(var url) -> new DevServer(url, relay, guard);
      case SpaSettings.None _ -> Desk.App.none();
    };
  }

  /// The rooms below, as the edge uses them. Each is safe to call from every event loop.
  public record Rooms(
      LoginFlow login,
      AppSessions appSessions,
      LogoutFlow logout,
      OwnSessions ownSessions,
      BackChannelLogout backChannel,
      FrontChannelLogout frontChannel,
      TokenKeeper tokens,
      ClientTokens clientTokens,
      RouteTokens routeTokens,
      Inspections inspections,
      SessionStore sessions,
      Identities identities,
      Landings landings) {}
}
