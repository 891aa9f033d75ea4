package dev.cloakroom.edge;

import dev.cloakroom.limit.Allowance;
import dev.cloakroom.login.BeginOutcome;
import dev.cloakroom.login.LoginFlow;
import dev.cloakroom.login.LoginRequest;
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
          "app",
          "redirect_uri",
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
    var refused = refusal(request);
    if (refused.isPresent()) {
      return Future.succeededFuture(refused.get());
    }
    return request.method().equals("POST")
        ? FormBody.read(request.http(), thirdParties.vertx()).compose(read -> posted(request, read))
        : request
            .parameters()
            .map(parameters -> begin(request, parameters))
            .orElseGet(
                () -> Future.succeededFuture(Reply.failure(ProblemCode.BAD_REQUEST, "query")));
  }

  /// `GET /auth/native/login`: the same for an app, in a browser that it opened. What becomes of it
  /// is the app's to hear; the browser it happens in stays as it is.
  Future<Reply> handleForApp(Request request) {
    var refused = refusal(request);
    if (refused.isPresent()) {
      return Future.succeededFuture(refused.get());
    }
    return request
        .parameters()
        .map(parameters -> request.home(flow.beginForApp(ofApp(request, parameters))))
        .map(begun -> begun.map(outcome -> reply(outcome, 302, surface.appLoginUrl())))
        .orElseGet(() -> Future.succeededFuture(Reply.failure(ProblemCode.BAD_REQUEST, "query")));
  }

  private LoginRequest ofApp(Request request, MultiMap parameters) {
    return new LoginRequest(
        parameters,
        Navigation.from(request.headers()),
        Optional.empty(),
        Optional.empty(),
        request.cookies(cookies).attempts(),
        Optional.empty());
  }

  private Optional<Reply> refusal(Request request) {
    if (Navigation.isPrefetch(request.headers())) {
      return Optional.of(new Reply.Empty(503, Map.of()));
    }
    if (!Navigation.mayBeNavigation(request.headers())) {
      return Optional.of(Reply.failure(ProblemCode.NAVIGATION_REQUIRED));
    }
    var wait = allowance.untilAllowed(request.sender());
    if (wait.isPresent()) {
      return Optional.of(new Reply.Failure(Refusals.rateLimited("logins", wait.get())));
    }
    allowance.spend(request.sender());
    return Optional.empty();
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
            received.browserSession(),
            received.attempts(),
            received.rounds());
    int status = request.method().equals("POST") ? 303 : 302;
    return request
        .home(flow.begin(asked))
        .map(outcome -> reply(outcome, status, surface.loginUrl()));
  }

  /// What began, or did not, at the address `start`.
  private Reply reply(BeginOutcome outcome, int status, String start) {
    return switch (outcome) {
      case BeginOutcome.Redirect redirect ->
          new Reply.Redirect(status, redirect.location(), cookies(redirect));
      case BeginOutcome.Choose(var choices, var app) ->
          new Reply.Page(200, chooser(choices, app, start));
      case BeginOutcome.Confirm(var address, var provider) ->
          new Reply.Page(
              200,
              Pages.confirm(address, provider.map(name -> login(name, address)).orElse(address)));
      case BeginOutcome.ToApp(var location) -> new Reply.Redirect(status, location, List.of());
      case BeginOutcome.Loop(var cause, var again) ->
          new Reply.Failure(
              Refusals.of(cause).withLoginUrl(Request.address(start, again)),
              List.of(Cookies.roundsCleared()));
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

  private static String chooser(
      List<BeginOutcome.Choice> choices, Optional<String> app, String start) {
    var ways = new LinkedHashMap<String, String>();
    choices.forEach(
        choice -> ways.put(Request.address(start, choice.parameters()), choice.label()));
    return Pages.chooser(ways, app);
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
