package dev.cloakroom.edge;

import io.vertx.core.Future;
import java.util.TreeSet;

/// Hands a request to the handler of its endpoint. One per event loop.
record Desk(
    LoginHandler login,
    AppSessionHandler appSession,
    CallbackHandler callback,
    SessionHandler session,
    RefreshHandler refresh,
    SessionsHandler sessions,
    LogoutHandler logout,
    BackChannelHandler backChannel,
    FrontChannelHandler frontChannel,
    EventsHandler events,
    VerifyHandler verify,
    Reply keys,
    ApiHandler api,
    App app) {

  Future<Reply> handle(Request request, Endpoint endpoint) {
    return switch (endpoint) {
      case Endpoint.Login _ -> login.handle(request);
      case Endpoint.AppLogin _ -> login.handleForApp(request);
      case Endpoint.AppSession _ -> appSession.handle(request);
      case Endpoint.Callback(var provider) -> callback.handle(request, provider);
      case Endpoint.SessionState _ -> session.handle(request);
      case Endpoint.SessionRefresh _ -> refresh.handle(request);
      case Endpoint.OwnSessions _ -> sessions.list(request);
      case Endpoint.OwnSession(var handle) -> sessions.end(request, handle);
      case Endpoint.Logout _ -> logout.logout(request);
      case Endpoint.LogoutContinue _ -> logout.proceed(request);
      case Endpoint.LogoutCallback _ -> logout.returned(request);
      case Endpoint.BackChannelLogout _ -> backChannel.handle(request);
      case Endpoint.FrontChannelLogout _ -> frontChannel.handle(request);
      case Endpoint.Events _ -> events.handle(request);
      case Endpoint.Verify _ -> verify.handle(request);
      case Endpoint.Keys _ -> Future.succeededFuture(keys);
      case Endpoint.Call(var route) -> api.handle(request, route);
      case Endpoint.App _ -> app.handle(request);
      case Endpoint.Nothing _ -> Future.succeededFuture(Reply.failure(ProblemCode.NO_SUCH_ROUTE));
      case Endpoint.NotAllowed(var allowed) ->
          Future.succeededFuture(
              new Reply.Failure(
                  Problem.of(ProblemCode.METHOD_NOT_ALLOWED)
                      .withHeader("Allow", String.join(", ", new TreeSet<>(allowed)))));
    };
  }

  /// The endpoint's name in logs and metrics: a template, never the raw path.
  static String name(Endpoint endpoint) {
    return switch (endpoint) {
      case Endpoint.Login _ -> "/auth/login";
      case Endpoint.AppLogin _ -> "/auth/native/login";
      case Endpoint.AppSession _ -> "/auth/native/session";
      case Endpoint.Callback _ -> "/auth/callback";
      case Endpoint.SessionState _ -> "/auth/session";
      case Endpoint.SessionRefresh _ -> "/auth/session/refresh";
      case Endpoint.OwnSessions _ -> "/auth/sessions";
      case Endpoint.OwnSession _ -> "/auth/sessions/{handle}";
      case Endpoint.Logout _ -> "/auth/logout";
      case Endpoint.LogoutContinue _ -> "/auth/logout/continue";
      case Endpoint.LogoutCallback _ -> "/auth/logout/callback";
      case Endpoint.BackChannelLogout _ -> "/auth/backchannel-logout";
      case Endpoint.FrontChannelLogout _ -> "/auth/frontchannel-logout";
      case Endpoint.Events _ -> "/auth/events";
      case Endpoint.Verify _ -> "/auth/verify";
      case Endpoint.Keys _ -> "/auth/jwks.json";
      case Endpoint.Call(var route) -> route.path();
      case Endpoint.App _ -> "app";
      case Endpoint.Nothing _, Endpoint.NotAllowed _ -> "none";
    };
  }

  /// Answers what no route covers: the single-page app.
  @FunctionalInterface
  interface App {
    Future<Reply> handle(Request request);

    /// Where there is no app.
    static App none() {
      return _ -> Future.succeededFuture(Reply.failure(ProblemCode.NO_SUCH_ROUTE));
    }
  }
}
