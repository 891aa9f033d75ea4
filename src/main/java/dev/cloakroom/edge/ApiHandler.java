package dev.cloakroom.edge;

import dev.cloakroom.edge.Cookies.SessionCookie;
import dev.cloakroom.proxy.Credential;
import dev.cloakroom.proxy.Route;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionId;
import dev.cloakroom.session.SessionStore.Lookup;
import dev.cloakroom.token.TokenKeeper;
import dev.cloakroom.token.TokenOutcome;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A call to a configured route. Three stops: guard, token, forwarder. While the session is in
/// memory and its token fresh, the way to the forwarder takes no `Future`. One per event loop.
final class ApiHandler {
  private final CrossSiteGuard guard;
  private final Cookies cookies;
  private final SessionDoor door;
  private final TokenKeeper keeper;
  private final Requirements requirements;
  private final CallLimits limits;
  private final LastStop last;
  private final InstantSource clock;

  ApiHandler(
      SessionDoor door, TokenKeeper keeper, Rules rules, LastStop last, InstantSource clock) {
    this.guard = rules.guard();
    this.cookies = rules.cookies();
    this.requirements = rules.requirements();
    this.limits = rules.limits();
    this.door = door;
    this.keeper = keeper;
    this.last = last;
    this.clock = clock;
  }

  /// What a call is held against.
  record Rules(
      CrossSiteGuard guard, Cookies cookies, Requirements requirements, CallLimits limits) {}

  /// Where a call that may go out goes.
  interface LastStop {
    /// Without a holder it is a stranger's.
    Future<Reply> forward(Request request, Route route, Relay.@Nullable Holder holder);

    /// The call would have been refused, but for `csrf: report`.
    void report(Request request, Route route, String reason);
  }

  Future<Reply> handle(Request request, Route route) {
    var limited = limits.client(request, route);
    if (limited.isPresent()) {
      return refused(limited.get());
    }
    var received = request.cookies(cookies);
    var refused = refusal(request, route, received);
    if (refused.isPresent()) {
      return refused(refused.get());
    }
    if (route.access() == Route.Access.ANONYMOUS) {
      return last.forward(request, route, null);
    }
    return switch (received.session()) {
      case SessionCookie.One(var id) -> withSession(request, route, id);
      case SessionCookie.None _, SessionCookie.Ambiguous _ ->
          nobody(request, route, Problem.of(ProblemCode.LOGIN_REQUIRED));
    };
  }

  /// Everything that can be refused without looking at a session.
  private Optional<Problem> refusal(Request request, Route route, Cookies.Received received) {
    if (request.target().encodedSlash() && route.encodedSlashes() == Route.EncodedSlashes.REFUSE) {
      return Optional.of(Problem.of(ProblemCode.INVALID_REQUEST_PATH, "encoded slash"));
    }
    boolean usesSession = route.access() != Route.Access.ANONYMOUS && received.claimsSession();
    if (usesSession || Request.isUpgrade(request.headers())) {
      var verdict =
          guard.check(
              route.csrf(), request.method(), request.target().authority(), request.headers());
      if (verdict instanceof CrossSiteGuard.Verdict.Reported(var reason)) {
        last.report(request, route, reason);
      }
      var refused = Refusals.of(verdict);
      if (refused.isPresent()) {
        return refused;
      }
    }
    return route.methods().contains(request.method())
        ? Optional.empty()
        : Optional.of(
            Problem.of(ProblemCode.METHOD_NOT_ALLOWED)
                .withHeader("Allow", String.join(", ", new TreeSet<>(route.methods()))));
  }

  private Future<Reply> withSession(Request request, Route route, SessionId id) {
    boolean touch =
        route.touch() && !Objects.equals(request.headers().get("X-Session-Touch"), "false");
    var session = door.peek(id, touch);
    if (session != null) {
      return counted(request, route, id, session);
    }
    var limited = door.refusal(request, id);
    return limited.isPresent()
        ? refused(limited.get())
        : door.find(request, id, touch).compose(found -> found(request, route, id, found));
  }

  private Future<Reply> found(Request request, Route route, SessionId id, Lookup lookup) {
    return switch (lookup) {
      case Lookup.Live(var session, _) -> counted(request, route, id, session);
      case Lookup.Gone _, Lookup.Unknown _ ->
          nobody(
              request,
              route,
              Refusals.of(lookup).orElseGet(() -> Problem.of(ProblemCode.SESSION_EXPIRED)));
      case Lookup.Unavailable _ -> refused(Refusals.storeUnavailable());
    };
  }

  private Future<Reply> nobody(Request request, Route route, Problem problem) {
    return route.access() == Route.Access.OPTIONAL
        ? last.forward(request, route, null)
        : refused(requirements.named(route.require(), problem));
  }

  private Future<Reply> counted(Request request, Route route, SessionId id, Session session) {
    var limited = limits.session(session, route);
    if (limited.isEmpty() && limits.countsUnderWay()) {
      limited = limits.begins(session);
      if (limited.isEmpty()) {
        return limits.ends(session, withToken(request, route, id, session));
      }
    }
    return limited.isPresent() ? refused(limited.get()) : withToken(request, route, id, session);
  }

  private Future<Reply> withToken(Request request, Route route, SessionId id, Session session) {
    var missing = requirements.check(route.require(), session, clock.instant());
    if (missing.isPresent()) {
      return refused(missing.get());
    }
    if (route.token() == Route.TokenKind.NONE || keeper.isFresh(session)) {
      return forward(request, route, id, session);
    }
    return request
        .home(keeper.keepFresh(id, session))
        .compose(outcome -> kept(request, route, id, outcome));
  }

  private Future<Reply> kept(Request request, Route route, SessionId id, TokenOutcome outcome) {
    return outcome instanceof TokenOutcome.Ready(var session)
        ? forward(request, route, id, session)
        : refused(
            requirements.named(
                route.require(),
                Refusals.of(outcome).orElseGet(() -> Problem.of(ProblemCode.SESSION_EXPIRED))));
  }

  private Future<Reply> forward(Request request, Route route, SessionId id, Session session) {
    return last.forward(
        request, route, new Relay.Holder(session, credential(request, route, id, session)));
  }

  private @Nullable Credential credential(
      Request request, Route route, SessionId id, Session session) {
    return switch (route.token()) {
      case ACCESS_TOKEN -> new SessionCredential(keeper, request, id, session);
      case NONE -> null;
    };
  }

  private static Future<Reply> refused(Problem problem) {
    return Future.succeededFuture(new Reply.Failure(problem));
  }

  /// The access token of a session, as the forwarder sees it.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc6750#section-2.1 RFC 6750, 2.1
  private static final class SessionCredential implements Credential {
    private final TokenKeeper keeper;
    private final Request request;
    private final SessionId id;
    private final Session session;

    SessionCredential(TokenKeeper keeper, Request request, SessionId id, Session session) {
      this.keeper = keeper;
      this.request = request;
      this.id = id;
      this.session = session;
    }

    @Override
    public String authorization() {
      return "Bearer " + session.tokens().access().reveal();
    }

    @Override
    public Future<Optional<Credential>> renew() {
      return request.home(keeper.refreshNow(id, session)).map(this::renewed);
    }

    private Optional<Credential> renewed(TokenOutcome outcome) {
      return outcome instanceof TokenOutcome.Ready(var next)
              && !next.tokens().access().equals(session.tokens().access())
          ? Optional.of(new SessionCredential(keeper, request, id, next))
          : Optional.empty();
    }

    @Override
    public String toString() {
      return "SessionCredential[hidden]";
    }
  }
}
