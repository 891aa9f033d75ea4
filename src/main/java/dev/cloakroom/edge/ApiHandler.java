package dev.cloakroom.edge;

import dev.cloakroom.dpop.Proofs;
import dev.cloakroom.edge.Cookies.SessionCookie;
import dev.cloakroom.identity.KnownClaims;
import dev.cloakroom.oidc.AccessToken;
import dev.cloakroom.oidc.TokenTarget;
import dev.cloakroom.proxy.Route;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionId;
import dev.cloakroom.session.SessionStore.Lookup;
import dev.cloakroom.token.ClientTokens;
import dev.cloakroom.token.Inspections;
import dev.cloakroom.token.Inspections.Inspected;
import dev.cloakroom.token.RouteTokens;
import dev.cloakroom.token.RouteTokens.OfClient;
import dev.cloakroom.token.TokenKeeper;
import dev.cloakroom.token.TokenOutcome;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A call to a configured route. Three stops: guard, token, forwarder. While the session is in
/// memory and its token fresh, the way to the forwarder takes no `Future`. One per event loop.
final class ApiHandler {
  private static final CharSequence TOUCH = HttpHeaders.createOptimized("X-Session-Touch");

  private final CrossSiteGuard guard;
  private final Cookies cookies;
  private final SessionDoor door;
  private final TokenKeeper keeper;
  private final Tokens tokens;
  private final Credentials credentials;
  private final Requirements requirements;
  private final CallLimits limits;
  private final LastStop last;
  private final InstantSource clock;

  ApiHandler(SessionDoor door, Tokens tokens, Rules rules, LastStop last, InstantSource clock) {
    this.guard = rules.guard();
    this.cookies = rules.cookies();
    this.requirements = rules.requirements();
    this.limits = rules.limits();
    this.door = door;
    this.keeper = tokens.keeper();
    this.tokens = tokens;
    this.credentials = new Credentials(keeper, tokens.clients(), tokens.proofs());
    this.last = last;
    this.clock = clock;
  }

  /// What a call is held against.
  record Rules(
      CrossSiteGuard guard, Cookies cookies, Requirements requirements, CallLimits limits) {}

  /// Where tokens come from, which route sends which, what they stand for, and what is known of
  /// proofs for them.
  record Tokens(
      TokenKeeper keeper,
      ClientTokens clients,
      RouteTokens ofRoutes,
      Inspections inspections,
      Proofs proofs) {}

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
      return stranger(request, route);
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
    if (usesSession || request.isUpgrade()) {
      var verdict = guard.check(route.csrf(), request, received);
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
    boolean touch = route.touch() && !Objects.equals(request.headers().get(TOUCH), "false");
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
        ? stranger(request, route)
        : refused(requirements.named(route.require(), problem));
  }

  private Future<Reply> stranger(Request request, Route route) {
    return route.token() == Route.TokenKind.CLIENT
        ? asClient(request, route, null, null)
        : last.forward(request, route, null);
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
    var missing = requirements.check(route.require(), session, clock);
    if (missing.isPresent()) {
      return refused(missing.get());
    }
    if (route.require().claims().isEmpty()) {
      return cleared(request, route, id, session);
    }
    return tokens.inspections().concern(session)
        ? request
            .home(tokens.inspections().inspect(id, session))
            .compose(inspected -> inspected(request, route, id, inspected))
        : showing(request, route, id, session, new KnownClaims(session)::value);
  }

  private Future<Reply> inspected(Request request, Route route, SessionId id, Inspected inspected) {
    return switch (inspected) {
      case Inspected.Shown(var session, var claims) ->
          still(request, route, id, () -> showing(request, route, id, session, claims::getValue));
      case Inspected.Dead() -> refused(route, new TokenOutcome.LoginRequired());
      case Inspected.NotReady(var why) -> refused(route, why);
    };
  }

  /// Goes on after a wait, unless the session has ended meanwhile.
  private Future<Reply> still(
      Request request, Route route, SessionId id, Supplier<Future<Reply>> next) {
    return door.peek(id, false) != null
        ? next.get()
        : door.find(request, id, false)
            .compose(
                found ->
                    found instanceof Lookup.Live ? next.get() : found(request, route, id, found));
  }

  private Future<Reply> showing(
      Request request,
      Route route,
      SessionId id,
      Session session,
      Function<String, @Nullable Object> claims) {
    return Requirements.isShown(route.require(), claims)
        ? cleared(request, route, id, session)
        : refused(Problem.of(ProblemCode.FORBIDDEN, "claims"));
  }

  /// The session shows all that the route asks for.
  private Future<Reply> cleared(Request request, Route route, SessionId id, Session session) {
    return switch (route.token()) {
      case NONE -> last.forward(request, route, new Relay.Holder(session, null, null));
      case ACCESS_TOKEN ->
          keeper.isFresh(session)
              ? forward(request, route, id, session)
              : request
                  .home(keeper.keepFresh(id, session))
                  .compose(outcome -> kept(request, route, id, outcome));
      case TARGETED -> targeted(request, route, id, session);
      case CLIENT -> asClient(request, route, id, session);
    };
  }

  private Future<Reply> kept(Request request, Route route, SessionId id, TokenOutcome outcome) {
    return outcome instanceof TokenOutcome.Ready(var session)
        ? forward(request, route, id, session)
        : refused(route, outcome);
  }

  private Future<Reply> forward(Request request, Route route, SessionId id, Session session) {
    var credential = credentials.own(request, id, session);
    return last.forward(
        request, route, new Relay.Holder(session, credential, session.tokens().expiresAt()));
  }

  private Future<Reply> targeted(Request request, Route route, SessionId id, Session session) {
    var target = Objects.requireNonNull(tokens.ofRoutes().targets().get(route.path()));
    var token = keeper.fresh(session, target);
    return token != null
        ? forward(request, route, id, session, target, token)
        : request
            .home(keeper.keepFresh(id, session, target))
            .compose(outcome -> kept(request, route, id, target, outcome));
  }

  private Future<Reply> kept(
      Request request, Route route, SessionId id, TokenTarget target, TokenOutcome outcome) {
    return outcome instanceof TokenOutcome.Ready(var session)
        ? forward(
            request,
            route,
            id,
            session,
            target,
            Objects.requireNonNull(session.others().get(target)))
        : refused(route, outcome);
  }

  private Future<Reply> forward(
      Request request,
      Route route,
      SessionId id,
      Session session,
      TokenTarget target,
      AccessToken token) {
    var credential = credentials.targeted(request, id, session, target, token);
    return last.forward(request, route, new Relay.Holder(session, credential, token.expiresAt()));
  }

  /// Without a session it is a stranger's call.
  private Future<Reply> asClient(
      Request request, Route route, @Nullable SessionId id, @Nullable Session session) {
    var client = Objects.requireNonNull(tokens.ofRoutes().clients().get(route.path()));
    var asked = tokens.clients().get(client);
    boolean waits = id != null && !asked.isComplete();
    return request
        .home(asked)
        .compose(
            outcome ->
                switch (outcome) {
                  case ClientTokens.Outcome.Ready(var token) ->
                      id != null && waits
                          ? still(
                              request,
                              route,
                              id,
                              () -> forward(request, route, client, session, token))
                          : forward(request, route, client, session, token);
                  case ClientTokens.Outcome.NotReady(var why) -> refused(route, why);
                });
  }

  private Future<Reply> forward(
      Request request, Route route, OfClient client, @Nullable Session session, AccessToken token) {
    var credential = credentials.client(request, client, token);
    return last.forward(request, route, new Relay.Holder(session, credential, token.expiresAt()));
  }

  private Future<Reply> refused(Route route, TokenOutcome outcome) {
    return refused(
        requirements.named(
            route.require(),
            Refusals.of(outcome).orElseGet(() -> Problem.of(ProblemCode.SESSION_EXPIRED))));
  }

  private static Future<Reply> refused(Problem problem) {
    return Future.succeededFuture(new Reply.Failure(problem));
  }
}
