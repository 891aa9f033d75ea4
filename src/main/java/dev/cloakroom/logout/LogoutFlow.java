package dev.cloakroom.logout;

import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.crypto.Sealer;
import dev.cloakroom.crypto.Secret;
import dev.cloakroom.oidc.Discovery;
import dev.cloakroom.oidc.Provider;
import dev.cloakroom.oidc.State;
import dev.cloakroom.session.EndCause;
import dev.cloakroom.session.FrontEnd;
import dev.cloakroom.session.Revoker;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionId;
import dev.cloakroom.session.SessionKey;
import dev.cloakroom.session.SessionStore;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/// A logout by the user, from the button to the way back from the provider. Between the steps a
/// sealed cookie remembers what must be remembered; the server keeps nothing. An app has no cookie,
/// and carries what is sealed to the browser itself.
///
/// @spec https://openid.net/specs/openid-connect-rpinitiated-1_0.html OpenID Connect RP-Initiated
///   Logout 1.0
public final class LogoutFlow {
  /// The cookie that carries a logout to the provider and back.
  public static final String COOKIE = "__Host-Http-logout";

  private static final int LONGEST_HINT = 3 * 1024;
  private static final int LONGEST_COOKIE = 4096;
  private static final String HOME = "/";
  private static final String PROVIDER = "provider";
  private static final String HINT = "hint";
  private static final String RETURN_TO = "return_to";
  private static final String STATE = "state";

  private final SessionStore sessions;
  private final Map<String, Provider> providers;
  private final Revoker revoker;
  private final URI postLogoutUri;
  private final Entropy entropy;
  private final LogoutTicket toProvider;
  private final LogoutTicket ofApp;
  private final LogoutTicket back;

  /// Takes the providers of a front end, and the one post-logout URI that is registered at them.
  public LogoutFlow(
      FrontEnd frontEnd,
      SessionStore sessions,
      Map<String, Provider> providers,
      Revoker revoker,
      Sealer sealer,
      URI postLogoutUri,
      InstantSource clock,
      Entropy entropy) {
    this.sessions = sessions;
    this.providers = Map.copyOf(providers);
    this.revoker = revoker;
    this.postLogoutUri = postLogoutUri;
    this.entropy = entropy;
    var own = frontEnd.sealing(sealer);
    this.toProvider = new LogoutTicket(own, clock, "logout to provider", Duration.ofMinutes(1));
    this.ofApp = new LogoutTicket(own, clock, "logout of app", Duration.ofMinutes(1));
    this.back = new LogoutTicket(own, clock, "logout and back", Duration.ofMinutes(10));
  }

  /// Which sessions a logout ends.
  public enum Scope {
    THIS_BROWSER,
    /// Those of the same issuer and subject, wherever they are.
    ALL
  }

  /// Ends the session, if there is one, and with it those that `scope` names; asks the provider in
  /// the background to revoke their tokens. `returnTo` is a checked same-origin path.
  public Future<LogoutOutcome> logout(Optional<SessionId> id, Scope scope, String returnTo) {
    if (id.isEmpty()) {
      return Future.succeededFuture(loggedOut(Optional.empty(), returnTo));
    }
    var key = id.get().key();
    return switch (scope) {
      case THIS_BROWSER -> // found first: a store opens what it ends only where it was looked up
          sessions
              .find(id.get(), false)
              .compose(_ -> sessions.end(key, EndCause.LOGOUT))
              .map(ended -> over(ended, key, returnTo));
      case ALL -> sessions.find(id.get(), false).compose(found -> everywhere(found, key, returnTo));
    };
  }

  /// Ends the session of an app as [#logout] does.
  public Future<AppLogoutOutcome> logoutOfApp(Optional<SessionId> id, Scope scope) {
    return logout(id, scope, HOME)
        .compose(
            outcome ->
                switch (outcome) {
                  case LogoutOutcome.LoggedOut(var cookie) -> ticket(toProvider.open(cookie));
                  case LogoutOutcome.StoreUnavailable() ->
                      Future.succeededFuture(new AppLogoutOutcome.StoreUnavailable());
                });
  }

  private Future<AppLogoutOutcome> ticket(Optional<JsonObject> content) {
    return onward(content)
        .map(
            outcome ->
                switch (outcome) {
                  case ContinueOutcome.ToProvider _ ->
                      new AppLogoutOutcome.LoggedOut(content.map(ofApp::seal));
                  case ContinueOutcome.Home _ -> new AppLogoutOutcome.LoggedOut(Optional.empty());
                });
  }

  /// One call ends all of them, so that an outage leaves the user with a session to try again from.
  private Future<LogoutOutcome> everywhere(
      SessionStore.Lookup found, SessionKey key, String returnTo) {
    return switch (found) {
      case SessionStore.Lookup.Live(var session, _) ->
          sessions
              .endAll(OwnSessions.ofTheUser(session), EndCause.LOGOUT)
              .map(ended -> over(ended, key, returnTo));
      case SessionStore.Lookup.Gone _, SessionStore.Lookup.Unknown _ ->
          Future.succeededFuture(loggedOut(Optional.empty(), returnTo));
      case SessionStore.Lookup.Unavailable() ->
          Future.succeededFuture(new LogoutOutcome.StoreUnavailable());
    };
  }

  private LogoutOutcome over(SessionStore.Ended ended, SessionKey key, String returnTo) {
    return switch (ended) {
      case SessionStore.Ended.Done(var over) -> {
        over.forEach(revoker::revoke);
        var here = over.stream().filter(session -> session.key().equals(key)).findFirst();
        yield loggedOut(here, returnTo);
      }
      case SessionStore.Ended.Unavailable() -> new LogoutOutcome.StoreUnavailable();
    };
  }

  private LogoutOutcome loggedOut(Optional<Session> ended, String returnTo) {
    var content = new JsonObject().put(RETURN_TO, returnTo);
    ended.ifPresent(session -> content.put(PROVIDER, session.provider()));
    var lean = toProvider.seal(content);
    var full =
        ended
            .flatMap(LogoutFlow::hint)
            .map(hint -> toProvider.seal(content.put(HINT, hint.reveal())));
    return new LogoutOutcome.LoggedOut(full.filter(LogoutFlow::fits).orElse(lean));
  }

  /// Whether the hint goes into the URL is the provider's to decide; it may want the user's name
  /// from it only.
  private static Optional<Secret> hint(Session session) {
    return session.tokens().idToken().filter(token -> token.reveal().length() <= LONGEST_HINT);
  }

  private static boolean fits(String value) {
    return COOKIE.length() + "=".length() + value.length() <= LONGEST_COOKIE;
  }

  /// Opens the logout cookie: on to the provider, or straight home.
  public Future<ContinueOutcome> proceed(Optional<String> cookie) {
    return onward(cookie.flatMap(toProvider::open));
  }

  /// The same with the ticket of an app's logout.
  public Future<ContinueOutcome> proceedOfApp(Optional<String> ticket) {
    return onward(ticket.flatMap(ofApp::open));
  }

  private Future<ContinueOutcome> onward(Optional<JsonObject> content) {
    if (content.isEmpty()) {
      return Future.succeededFuture(new ContinueOutcome.Home(HOME));
    }
    var returnTo = content.get().getString(RETURN_TO, HOME);
    var provider = providers.get(content.get().getString(PROVIDER, ""));
    if (provider == null) {
      return Future.succeededFuture(new ContinueOutcome.Home(returnTo));
    }
    return provider.discover().map(found -> leave(found, provider, content.get(), returnTo));
  }

  private ContinueOutcome leave(
      Discovery discovery, Provider provider, JsonObject content, String returnTo) {
    return switch (discovery) {
      case Discovery.Found(var metadata) -> {
        var state = new State(entropy.token());
        var hint = Optional.ofNullable(content.getString(HINT)).map(Secret::of);
        yield provider
            .endSessionUrl(metadata, hint, postLogoutUri, state)
            .<ContinueOutcome>map(
                location ->
                    new ContinueOutcome.ToProvider(location, ticketBack(provider, state, returnTo)))
            .orElseGet(() -> new ContinueOutcome.Home(returnTo));
      }
      case Discovery.Unreachable(_), Discovery.Unusable(_) -> new ContinueOutcome.Home(returnTo);
    };
  }

  private String ticketBack(Provider provider, State state, String returnTo) {
    var content = new JsonObject().put(RETURN_TO, returnTo);
    if (provider.settings().dialect().endSession().returnsState()) {
      content.put(STATE, state.value());
    }
    return back.seal(content);
  }

  /// Where the browser goes after the provider sent it back: the logout's `return_to` when `state`
  /// fits the cookie, else `/`. From a provider that knows no `state` the cookie alone is proof of
  /// a logout of this browser under way.
  public String returned(Optional<String> state, Optional<String> cookie) {
    return cookie
        .flatMap(back::open)
        .filter(
            content ->
                !content.containsKey(STATE)
                    || new State(content.getString(STATE)).matches(state.orElse(null)))
        .map(content -> content.getString(RETURN_TO, HOME))
        .orElse(HOME);
  }
}
