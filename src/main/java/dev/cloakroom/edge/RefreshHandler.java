package dev.cloakroom.edge;

import dev.cloakroom.edge.Cookies.SessionCookie;
import dev.cloakroom.proxy.Route;
import dev.cloakroom.session.SessionId;
import dev.cloakroom.session.SessionStore.Lookup;
import dev.cloakroom.token.TokenKeeper;
import dev.cloakroom.token.TokenOutcome;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;

/// `POST /auth/session/refresh`: new tokens now, or those of the last ten seconds, as the token
/// keeper decides.
final class RefreshHandler {
  private final SessionDoor door;
  private final TokenKeeper keeper;
  private final Access access;
  private final SessionJson json;
  private final InstantSource clock;

  /// Who may ask, as all session endpoints see it.
  record Access(Cookies cookies, CrossSiteGuard guard) {}

  RefreshHandler(
      SessionDoor door, TokenKeeper keeper, Access access, SessionJson json, InstantSource clock) {
    this.door = door;
    this.keeper = keeper;
    this.access = access;
    this.json = json;
    this.clock = clock;
  }

  Future<Reply> handle(Request request) {
    var received = request.cookies(access.cookies());
    if (received.claimsSession()) {
      var refused = Refusals.of(access.guard().check(Route.Csrf.AUTO, request, received));
      if (refused.isPresent()) {
        return Future.succeededFuture(new Reply.Failure(refused.get()));
      }
    }
    return switch (received.session()) {
      case SessionCookie.One(var id) ->
          door.refusal(request, id)
              .map(problem -> Future.<Reply>succeededFuture(new Reply.Failure(problem)))
              .orElseGet(
                  () -> door.find(request, id, true).compose(found -> refresh(request, id, found)));
      case SessionCookie.None _, SessionCookie.Ambiguous _ ->
          Future.succeededFuture(Reply.failure(ProblemCode.LOGIN_REQUIRED));
    };
  }

  private Future<Reply> refresh(Request request, SessionId id, Lookup found) {
    if (!(found instanceof Lookup.Live live)) {
      return Future.succeededFuture(
          Refusals.of(found)
              .<Reply>map(Reply.Failure::new)
              .orElseGet(() -> json.anonymous(request.headers())));
    }
    return request
        .home(keeper.refreshNow(id, live.session()))
        .map(outcome -> reply(request, outcome, live.idleExpiresAt()));
  }

  private Reply reply(Request request, TokenOutcome outcome, Instant idleExpiresAt) {
    return outcome instanceof TokenOutcome.Ready(var session)
        ? json.live(session, idleExpiresAt, clock.instant())
        : Refusals.of(outcome)
            .<Reply>map(Reply.Failure::new)
            .orElseGet(() -> json.anonymous(request.headers()));
  }
}
