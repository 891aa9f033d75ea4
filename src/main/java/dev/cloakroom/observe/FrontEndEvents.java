package dev.cloakroom.observe;

import dev.cloakroom.observe.Event.IdTokenIgnored;
import dev.cloakroom.observe.Event.IntrospectionFailed;
import dev.cloakroom.observe.Event.KeysFetched;
import dev.cloakroom.observe.Event.KeysUnavailable;
import dev.cloakroom.observe.Event.LoginRejected;
import dev.cloakroom.observe.Event.LoginStarted;
import dev.cloakroom.observe.Event.LoginSucceeded;
import dev.cloakroom.observe.Event.PkceUnconfirmed;
import dev.cloakroom.observe.Event.PreviousSecretUsed;
import dev.cloakroom.observe.Event.ProviderDiscovered;
import dev.cloakroom.observe.Event.ProviderUnavailable;
import dev.cloakroom.observe.Event.ProviderUnusable;
import dev.cloakroom.observe.Event.RefreshShared;
import dev.cloakroom.observe.Event.RequestRefused;
import dev.cloakroom.observe.Event.RequestReported;
import dev.cloakroom.observe.Event.RequestServed;
import dev.cloakroom.observe.Event.RevocationFailed;
import dev.cloakroom.observe.Event.TokenDisowned;
import dev.cloakroom.observe.Event.TokenObtained;
import dev.cloakroom.observe.Event.TokenRefreshed;

/// Says of one front end's events which it is: its providers become `shop/main`, its routes
/// `shop:/api/**`. What did not match any route is nobody's.
public final class FrontEndEvents implements Observer {
  private static final String NO_ROUTE = "none";

  private final String name;
  private final Observer whole;

  /// Tells `whole` what is told to this one.
  public FrontEndEvents(String name, Observer whole) {
    this.name = name;
    this.whole = whole;
  }

  @Override
  public void on(Event event) {
    whole.on(named(event));
  }

  private Event named(Event event) {
    return switch (event) {
      case LoginStarted(var at) -> new LoginStarted(provider(at));
      case LoginSucceeded(var at, var session) -> new LoginSucceeded(provider(at), session);
      case LoginRejected(var at, var reason) -> new LoginRejected(provider(at), reason);
      case TokenRefreshed(var at, var outcome, var problem, var took) ->
          new TokenRefreshed(provider(at), outcome, problem, took);
      case TokenObtained(var at, var grant, var outcome, var problem, var took) ->
          new TokenObtained(provider(at), grant, outcome, problem, took);
      case RefreshShared(var at) -> new RefreshShared(provider(at));
      case ProviderDiscovered(var at, var issuer) -> new ProviderDiscovered(provider(at), issuer);
      case ProviderUnavailable(var at, var problem, var after) ->
          new ProviderUnavailable(provider(at), problem, after);
      case ProviderUnusable(var at, var problem) -> new ProviderUnusable(provider(at), problem);
      case PkceUnconfirmed(var at) -> new PkceUnconfirmed(provider(at));
      case KeysFetched(var at, var keys) -> new KeysFetched(provider(at), keys);
      case KeysUnavailable(var at, var problem) -> new KeysUnavailable(provider(at), problem);
      case RevocationFailed(var at) -> new RevocationFailed(provider(at));
      case PreviousSecretUsed(var at) -> new PreviousSecretUsed(provider(at));
      case IdTokenIgnored(var at, var reason) -> new IdTokenIgnored(provider(at), reason);
      case TokenDisowned(var at) -> new TokenDisowned(provider(at));
      case IntrospectionFailed(var at, var problem) ->
          new IntrospectionFailed(provider(at), problem);
      case RequestServed(var method, var route, var status, var took, var client, var trace) ->
          new RequestServed(method, route(route), status, took, client, trace);
      case RequestRefused(var code, var reason, var route, var trace) ->
          new RequestRefused(code, reason, route(route), trace);
      case RequestReported(var reason, var route, var trace) ->
          new RequestReported(reason, route(route), trace);
      default -> event; // of no provider and no route
    };
  }

  private String provider(String own) {
    return name + "/" + own;
  }

  private String route(String own) {
    return own.equals(NO_ROUTE) ? own : name + ":" + own;
  }
}
