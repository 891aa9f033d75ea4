package dev.cloakroom.edge;

import dev.cloakroom.limit.Allowance;
import dev.cloakroom.login.BeginOutcome;
import dev.cloakroom.login.LoginFlow;
import dev.cloakroom.login.LoginRequest;
import dev.cloakroom.session.SessionId;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// `GET /auth/login`: to the provider. For the address bar only; a script would follow the redirect
/// and see nothing but a CORS error. With `auth.third_party_login`, another site may start a login
/// here, by a POST, too.
final class LoginHandler {
  private static final Set<String> NAMED_IN_ERRORS =
      Set.of(
          "provider",
          "prompt",
          "login_hint",
          "acr_values",
          "max_age",
          "ui_locales",
          "return_to",
          "iss",
          "target_link_uri");

  /// The provider's operator has to act first.
  private static final Duration AFTER_UNUSABLE = Duration.ofMinutes(1);

  private final LoginFlow flow;
  private final Cookies cookies;
  private final Allowance allowance;
  private final Surface surface;
  private final ThirdParties thirdParties;

  /// Whether other sites may start a login.
  record ThirdParties(boolean allowed, Vertx vertx) {}

  LoginHandler(
      LoginFlow flow,
      Cookies cookies,
      Allowance allowance,
      Surface surface,
      ThirdParties thirdParties) {
    this.surface = surface;
    this.thirdParties = thirdParties;
    this.allowance = allowance;
    this.flow = flow;
    this.cookies = cookies;
  }

  Future<Reply> handle(Request request) {
    if (request.method().equals("POST") && !thirdParties.allowed()) {
      return Future.succeededFuture(
          new Reply.Failure(Problem.of(ProblemCode.METHOD_NOT_ALLOWED).withHeader("Allow", "GET")));
    }
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
    return request.method().equals("POST")
        ? FormBody.read(request.http(), thirdParties.vertx()).compose(read -> posted(request, read))
        : request
            .parameters()
            .map(parameters -> begin(request, parameters))
            .orElseGet(
                () -> Future.succeededFuture(Reply.failure(ProblemCode.BAD_REQUEST, "query")));
  }

  /// Only a third party posts here, so it must say who it is.
  private Future<Reply> posted(Request request, FormBody.Outcome outcome) {
    return switch (outcome) {
      case FormBody.Outcome.Form(var parameters) when parameters.contains("iss") ->
          begin(request, parameters);
      case FormBody.Outcome.Form _ -> Future.succeededFuture(new Reply.Failure(invalid("iss")));
      case FormBody.Outcome.Unreadable(var problem) ->
          Future.succeededFuture(new Reply.Failure(problem));
    };
  }

  private Future<Reply> begin(Request request, MultiMap parameters) {
    var received = request.cookies(cookies);
    var asked =
        new LoginRequest(
            parameters,
            Navigation.from(request.headers()),
            thirdParties.allowed()
                ? Optional.of(surface.origin(request.target().authority()))
                : Optional.empty(),
            received.sessionId().map(SessionId::key),
            received.attempts());
    int status = request.method().equals("POST") ? 303 : 302;
    return request.home(flow.begin(asked)).map(outcome -> reply(outcome, status));
  }

  private Reply reply(BeginOutcome outcome, int status) {
    return switch (outcome) {
      case BeginOutcome.Redirect redirect ->
          new Reply.Redirect(status, redirect.location(), cookies(redirect));
      case BeginOutcome.Choose(var choices) -> new Reply.Page(200, chooser(choices));
      case BeginOutcome.Confirm(var address, var provider) ->
          new Reply.Page(
              200,
              Pages.confirm(address, provider.map(name -> login(name, address)).orElse(address)));
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

  private String login(String provider, String returnTo) {
    return "%s?provider=%s&return_to=%s"
        .formatted(surface.loginUrl(), Request.encode(provider), Request.encode(returnTo));
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
