package dev.cloakroom.edge;

import dev.cloakroom.edge.Cookies.SessionCookie;
import dev.cloakroom.logout.EndOutcome;
import dev.cloakroom.logout.OwnSessions;
import dev.cloakroom.proxy.Route;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionStore;
import dev.cloakroom.session.SessionStore.Lookup;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Function;

/// `GET /auth/sessions` and `DELETE /auth/sessions/{handle}`: where else the user is logged in, and
/// ending that. Looking slides nothing; the session cookie stays as it is, whichever session ends.
final class SessionsHandler {
  private final SessionDoor door;
  private final OwnSessions own;
  private final RefreshHandler.Access access;
  private final SessionJson json;
  private final Surface surface;
  private final InstantSource clock;

  SessionsHandler(
      SessionDoor door,
      OwnSessions own,
      RefreshHandler.Access access,
      SessionJson json,
      Surface surface,
      InstantSource clock) {
    this.door = door;
    this.own = own;
    this.access = access;
    this.json = json;
    this.surface = surface;
    this.clock = clock;
  }

  Future<Reply> list(Request request) {
    return withSession(
        request, mine -> request.home(own.list(mine)).map(listed -> reply(listed, mine)));
  }

  Future<Reply> end(Request request, String handle) {
    return withSession(
        request, mine -> request.home(own.end(mine, handle)).map(outcome -> reply(outcome, mine)));
  }

  private Future<Reply> withSession(Request request, Function<Session, Future<Reply>> action) {
    var received = request.cookies(access.cookies());
    var refused = Refusals.of(access.guard().check(Route.Csrf.AUTO, request, received));
    if (refused.isPresent()) {
      return Future.succeededFuture(new Reply.Failure(refused.get()));
    }
    return switch (received.session()) {
      case SessionCookie.One(var id) ->
          door.refusal(request, id)
              .map(problem -> Future.<Reply>succeededFuture(new Reply.Failure(problem)))
              .orElseGet(
                  () -> door.find(request, id, false).compose(found -> answer(found, action)));
      case SessionCookie.None _, SessionCookie.Ambiguous _ ->
          Future.succeededFuture(Reply.failure(ProblemCode.LOGIN_REQUIRED));
    };
  }

  private static Future<Reply> answer(Lookup found, Function<Session, Future<Reply>> action) {
    return switch (found) {
      case Lookup.Live(var mine, _) -> action.apply(mine);
      case Lookup.Gone _, Lookup.Unknown _, Lookup.Unavailable _ ->
          Future.succeededFuture(new Reply.Failure(Refusals.of(found).orElseThrow()));
    };
  }

  private Reply reply(SessionStore.Listed listed, Session mine) {
    return switch (listed) {
      case SessionStore.Listed.Found(var sessions) -> json.list(sessions, mine, clock.instant());
      case SessionStore.Listed.Unavailable() -> new Reply.Failure(Refusals.storeUnavailable());
    };
  }

  private Reply reply(EndOutcome outcome, Session mine) {
    return switch (outcome) {
      case EndOutcome.Done() -> new Reply.Empty(204, Map.of());
      case EndOutcome.NotFound() -> Reply.failure(ProblemCode.NO_SUCH_ROUTE, "session");
      case EndOutcome.LoginTooOld(var maxAge) ->
          new Reply.Failure(
              Problem.of(ProblemCode.STEP_UP_REQUIRED, "max_age")
                  .withLoginUrl(
                      surface.loginUrl()
                          + "?max_age="
                          + maxAge.toSeconds()
                          + "&provider="
                          + Request.encode(mine.provider())));
      case EndOutcome.StoreUnavailable() -> new Reply.Failure(Refusals.storeUnavailable());
    };
  }
}
