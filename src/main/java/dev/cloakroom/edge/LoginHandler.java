package dev.cloakroom.edge;

import dev.cloakroom.limit.Allowance;
import dev.cloakroom.login.BeginOutcome;
import dev.cloakroom.login.LoginFlow;
import dev.cloakroom.login.LoginRequest;
import dev.cloakroom.session.SessionId;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// `GET /auth/login`: to the provider. For the address bar only; a script would follow the redirect
/// and see nothing but a CORS error.
final class LoginHandler {
  private static final Set<String> NAMED_IN_ERRORS =
      Set.of(
          "provider", "prompt", "login_hint", "acr_values", "max_age", "ui_locales", "return_to");

  /// The provider's operator has to act first.
  private static final Duration AFTER_UNUSABLE = Duration.ofMinutes(1);

  private final LoginFlow flow;
  private final Cookies cookies;
  private final Allowance allowance;
  private final Surface surface;

  LoginHandler(LoginFlow flow, Cookies cookies, Allowance allowance, Surface surface) {
    this.surface = surface;
    this.allowance = allowance;
    this.flow = flow;
    this.cookies = cookies;
  }

  Future<Reply> handle(Request request) {
    if (Navigation.isPrefetch(request.headers())) {
      return Future.succeededFuture(new Reply.Empty(503, Map.of()));
    }
    if (!Navigation.mayBeNavigation(request.headers())) {
      return Future.succeededFuture(Reply.failure(ProblemCode.NAVIGATION_REQUIRED));
    }
    var wait = allowance.untilAllowed(request.sender());
    if (wait.isPresent()) {
      return Future.succeededFuture(new Reply.Failure(Refusals.rateLimited("logins", wait.get())));
    }
    allowance.spend(request.sender());
    return request
        .parameters()
        .map(parameters -> begin(request, parameters))
        .orElseGet(() -> Future.succeededFuture(Reply.failure(ProblemCode.BAD_REQUEST, "query")));
  }

  private Future<Reply> begin(Request request, MultiMap parameters) {
    var received = request.cookies(cookies);
    var asked =
        new LoginRequest(
            parameters,
            Navigation.isForeign(request.headers()),
            received.sessionId().map(SessionId::key),
            received.attempts());
    return request.home(flow.begin(asked)).map(this::reply);
  }

  private Reply reply(BeginOutcome outcome) {
    return switch (outcome) {
      case BeginOutcome.Redirect redirect ->
          new Reply.Redirect(302, redirect.location(), cookies(redirect));
      case BeginOutcome.Choose(var choices) -> new Reply.Page(200, chooser(choices));
      case BeginOutcome.InvalidReturnTo _ -> Reply.failure(ProblemCode.INVALID_RETURN_TO);
      case BeginOutcome.InvalidParameter(var name) -> new Reply.Failure(invalid(name));
      case BeginOutcome.TryLater(var after) ->
          new Reply.Failure(Problem.of(ProblemCode.PROVIDER_UNAVAILABLE).retryAfter(after));
      case BeginOutcome.Refused _ -> Reply.failure(ProblemCode.PROVIDER_REJECTED);
      case BeginOutcome.Unusable _ ->
          new Reply.Failure(
              Problem.of(ProblemCode.PROVIDER_UNAVAILABLE, "provider unusable")
                  .retryAfter(AFTER_UNUSABLE));
    };
  }

  private String chooser(List<BeginOutcome.Choice> choices) {
    var ways = new LinkedHashMap<String, String>();
    choices.forEach(choice -> ways.put(address(choice), choice.label()));
    return Pages.chooser(ways);
  }

  private String address(BeginOutcome.Choice choice) {
    return choice.parameters().entrySet().stream()
        .map(parameter -> parameter.getKey() + "=" + Request.encode(parameter.getValue()))
        .collect(Collectors.joining("&", surface.loginUrl() + "?", ""));
  }

  private static List<String> cookies(BeginOutcome.Redirect redirect) {
    var cookies = new ArrayList<String>();
    redirect.evicted().forEach(name -> cookies.add(Cookies.attemptCleared(name)));
    cookies.add(Cookies.attempt(redirect.attempt()));
    return cookies;
  }

  private static Problem invalid(String name) {
    var problem = Problem.of(ProblemCode.INVALID_PARAMETER);
    return NAMED_IN_ERRORS.contains(name)
        ? problem.withDetail("The parameter " + name + " is malformed, repeated or not allowed.")
        : problem;
  }
}
