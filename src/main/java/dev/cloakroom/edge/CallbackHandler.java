package dev.cloakroom.edge;

import dev.cloakroom.limit.Allowance;
import dev.cloakroom.login.CallbackRequest;
import dev.cloakroom.login.LoginFlow;
import dev.cloakroom.login.LoginOutcome;
import dev.cloakroom.login.landing.Landings;
import dev.cloakroom.session.SessionId;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `/auth/callback`: from the provider, by query or form. What goes wrong ends on a page with a
/// stable code and a link on, never on a redirect.
final class CallbackHandler {
  private final Logins logins;
  private final Cookies cookies;
  private final Allowance allowance;
  private final Surface surface;
  private final Vertx vertx;
  private final InstantSource clock;

  /// What finishes logins, and where they may end.
  record Logins(LoginFlow flow, Landings landings) {}

  CallbackHandler(
      Logins logins,
      Cookies cookies,
      Allowance allowance,
      Surface surface,
      Vertx vertx,
      InstantSource clock) {
    this.logins = logins;
    this.cookies = cookies;
    this.allowance = allowance;
    this.surface = surface;
    this.vertx = vertx;
    this.clock = clock;
  }

  Future<Reply> handle(Request request, Optional<String> provider) {
    var wait = allowance.untilAllowed(request.sender());
    if (wait.isPresent()) {
      return Future.succeededFuture(
          new Reply.Failure(Refusals.rateLimited("callbacks", wait.get())));
    }
    allowance.spend(request.sender());
    if (request.method().equals("POST")) {
      return FormBody.read(request.http(), vertx).compose(read -> posted(request, provider, read));
    }
    if (Navigation.isPrefetch(request.headers())) {
      return Future.succeededFuture(new Reply.Empty(503, Map.of()));
    }
    return request
        .parameters()
        .map(parameters -> finish(request, provider, parameters))
        .orElseGet(() -> Future.succeededFuture(Reply.failure(ProblemCode.BAD_REQUEST, "query")));
  }

  private Future<Reply> posted(
      Request request, Optional<String> provider, FormBody.Outcome outcome) {
    return switch (outcome) {
      case FormBody.Outcome.Form(var parameters) -> finish(request, provider, parameters);
      case FormBody.Outcome.Unreadable(var problem) ->
          Future.succeededFuture(new Reply.Failure(problem));
    };
  }

  private Future<Reply> finish(Request request, Optional<String> provider, MultiMap parameters) {
    var received = request.cookies(cookies);
    var current = received.browserSession().map(SessionId::key);
    var userAgent = Optional.ofNullable(request.headers().get("User-Agent"));
    int status = request.method().equals("POST") ? 303 : 302;
    return request
        .home(
            logins
                .flow()
                .finish(
                    new CallbackRequest(
                        provider, current, userAgent, parameters, received.attempts())))
        .map(outcome -> reply(outcome, status, received.attempts().isEmpty()));
  }

  /// @param bare no cookie of a login came along
  private Reply reply(LoginOutcome outcome, int status, boolean bare) {
    return switch (outcome) {
      case LoginOutcome.SignedIn(var id, var session, var returnTo, var spent, var rounds) -> {
        var rest = Duration.between(clock.instant(), session.expiresAt());
        yield landing(
            status,
            returnTo,
            List.of(
                cookies.session(id, rest), Cookies.attemptCleared(spent), Cookies.rounds(rounds)));
      }
      case LoginOutcome.ToApp(var location, var spent) ->
          new Reply.Redirect(status, location, List.of(Cookies.attemptCleared(spent)));
      case LoginOutcome.AppGoesOn(var parameters, var spent) ->
          new Reply.Redirect(
              status,
              Request.address(surface.appLoginUrl(), parameters),
              List.of(Cookies.attemptCleared(spent)));
      case LoginOutcome.StateMismatch(var spent) ->
          new Reply.Failure(
              bare ? Refusals.noAttempt() : Problem.of(ProblemCode.LOGIN_STATE_MISMATCH),
              spent.map(Cookies::attemptCleared).map(List::of).orElse(List.of()));
      case LoginOutcome.Rejected(var error, var returnTo, var spent) ->
          new Reply.Failure(rejected(error, returnTo), List.of(Cookies.attemptCleared(spent)));
      case LoginOutcome.GoneBack(var returnTo, var spent) ->
          new Reply.Redirect(status, returnTo, List.of(Cookies.attemptCleared(spent)));
      case LoginOutcome.GoOn(var provider, var returnTo, var spent) ->
          new Reply.Redirect(
              status,
              loginAt(returnTo) + "&provider=" + Request.encode(provider),
              List.of(Cookies.attemptCleared(spent)));
      case LoginOutcome.TryLater(var after, var storeUnavailable, var spent) ->
          new Reply.Failure(
              storeUnavailable
                  ? Problem.of(ProblemCode.SESSION_STORE_UNAVAILABLE).retryAfter(after)
                  : Problem.of(ProblemCode.PROVIDER_UNAVAILABLE).retryAfter(after),
              List.of(Cookies.attemptCleared(spent)));
    };
  }

  /// A redirect from the provider's site would arrive without the cookie that goes out here, and as
  /// a request of another site; what a page of our own starts is neither.
  private Reply landing(int status, String returnTo, List<String> set) {
    return logins.landings().check(returnTo).filter(Landings.Guarded.class::isInstance).isPresent()
        ? new Reply.Page(200, Pages.goingOn(returnTo), set)
        : new Reply.Redirect(status, returnTo, set);
  }

  private String loginAt(String returnTo) {
    return surface.loginUrl() + "?return_to=" + Request.encode(returnTo);
  }

  private Problem rejected(Optional<String> error, String returnTo) {
    var problem = Problem.of(ProblemCode.LOGIN_REJECTED).withLoginUrl(loginAt(returnTo));
    return error
        .map(code -> problem.withDetail("The sign-in service answered: " + code + "."))
        .orElse(problem);
  }
}
