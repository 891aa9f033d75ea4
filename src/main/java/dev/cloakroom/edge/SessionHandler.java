package dev.cloakroom.edge;

import dev.cloakroom.edge.Cookies.SessionCookie;
import dev.cloakroom.proxy.Route;
import dev.cloakroom.session.SessionId;
import dev.cloakroom.session.SessionStore.Lookup;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Objects;

/// `GET /auth/session`: who am I. 200 whenever it can tell; never sets or clears a cookie, so that
/// a late answer cannot undo a newer login.
final class SessionHandler {
  private final SessionDoor door;
  private final Cookies cookies;
  private final CrossSiteGuard guard;
  private final SessionJson json;
  private final InstantSource clock;

  SessionHandler(
      SessionDoor door,
      Cookies cookies,
      CrossSiteGuard guard,
      SessionJson json,
      InstantSource clock) {
    this.door = door;
    this.cookies = cookies;
    this.guard = guard;
    this.json = json;
    this.clock = clock;
  }

  Future<Reply> handle(Request request) {
    var received = request.cookies(cookies);
    if (!received.claimsSession()) {
      return Future.succeededFuture(json.anonymous(request.headers()));
    }
    var refused = Refusals.of(guard.check(Route.Csrf.AUTO, request, received));
    if (refused.isPresent()) {
      return Future.succeededFuture(new Reply.Failure(refused.get()));
    }
    return switch (received.session()) {
      case SessionCookie.One(var id) -> look(request, id);
      case SessionCookie.None _, SessionCookie.Ambiguous _ ->
          Future.succeededFuture(json.anonymous(request.headers()));
    };
  }

  private Future<Reply> look(Request request, SessionId id) {
    var refused = door.refusal(request, id);
    if (refused.isPresent()) {
      return Future.succeededFuture(new Reply.Failure(refused.get()));
    }
    boolean touch =
        request.parameters().map(all -> !Objects.equals(all.get("touch"), "false")).orElse(true);
    return door.find(request, id, touch).map(found -> reply(request, found));
  }

  private Reply reply(Request request, Lookup found) {
    return switch (found) {
      case Lookup.Live(var session, var idleExpiresAt) ->
          json.live(session, idleExpiresAt, clock.instant());
      case Lookup.Gone _, Lookup.Unknown _ -> json.anonymous(request.headers());
      case Lookup.Unavailable _ -> new Reply.Failure(Refusals.storeUnavailable());
    };
  }
}
