package dev.cloakroom.edge;

import dev.cloakroom.edge.Cookies.SessionCookie;
import dev.cloakroom.edge.RefreshHandler.Access;
import dev.cloakroom.proxy.Route;
import dev.cloakroom.session.SessionId;
import dev.cloakroom.session.SessionKey;
import dev.cloakroom.session.SessionStore.Lookup;
import io.vertx.core.Future;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// `GET /auth/events`: tells a page about the end of its session. It slides nothing. A session may
/// have six streams. Shared by all event loops.
///
/// @spec https://html.spec.whatwg.org/multipage/server-sent-events.html HTML, 9.2
final class EventsHandler {
  private static final int MAX_PER_SESSION = 6;

  private final SessionDoor door;
  private final Access access;
  private final EventStreams streams;
  private final ConcurrentMap<SessionKey, Integer> open = new ConcurrentHashMap<>();

  EventsHandler(SessionDoor door, Access access, EventStreams streams) {
    this.door = door;
    this.access = access;
    this.streams = streams;
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
                  () -> door.find(request, id, false).map(found -> reply(request, id, found)));
      case SessionCookie.None _, SessionCookie.Ambiguous _ -> Future.succeededFuture(noSession());
    };
  }

  private Reply reply(Request request, SessionId id, Lookup found) {
    return switch (found) {
      case Lookup.Live live -> stream(request, id, live);
      case Lookup.Gone _, Lookup.Unknown _ -> noSession();
      case Lookup.Unavailable _ -> new Reply.Failure(Refusals.storeUnavailable());
    };
  }

  /// 204 tells an `EventSource` not to come back.
  private static Reply noSession() {
    return new Reply.Empty(204, Map.of());
  }

  private Reply stream(Request request, SessionId id, Lookup.Live live) {
    var key = id.key();
    if (open.merge(key, 1, Integer::sum) > MAX_PER_SESSION) {
      leave(key);
      return Reply.failure(ProblemCode.RATE_LIMITED, "event streams");
    }
    return new Reply.Stream(
        sink -> {
          sink.onClose(() -> leave(key));
          streams.open(request, id, live, sink);
        });
  }

  private void leave(SessionKey key) {
    open.computeIfPresent(key, (_, count) -> count > 1 ? count - 1 : null);
  }
}
