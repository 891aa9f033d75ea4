package dev.cloakroom.edge;

import dev.cloakroom.login.landing.ReturnTo;
import dev.cloakroom.logout.AppLogoutOutcome;
import dev.cloakroom.logout.ContinueOutcome;
import dev.cloakroom.logout.LogoutFlow;
import dev.cloakroom.logout.LogoutOutcome;
import dev.cloakroom.proxy.Route;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The three steps of a logout: `POST /auth/logout` ends the session, `/auth/logout/continue` takes
/// the browser to the provider, `/auth/logout/callback` brings it back.
final class LogoutHandler {
  private static final String CONTINUE = "/logout/continue";
  private static final String TICKET = "ticket";
  private static final Duration TO_CONTINUE = Duration.ofMinutes(1);
  private static final Duration AT_THE_PROVIDER = Duration.ofMinutes(10);

  private final LogoutFlow flow;
  private final Cookies cookies;
  private final CrossSiteGuard guard;
  private final ReturnTo returnTo;
  private final Map<String, String> farewell;
  private final Surface surface;

  /// What decides about a logout.
  ///
  /// @param clearsSite the browser is to forget what this origin keeps in it
  /// @spec https://www.w3.org/TR/clear-site-data/#header Clear Site Data, 3.1
  record Rules(CrossSiteGuard guard, ReturnTo returnTo, boolean clearsSite) {
    private Map<String, String> farewell() {
      return clearsSite ? Map.of("Clear-Site-Data", "\"cache\", \"storage\"") : Map.of();
    }
  }

  LogoutHandler(LogoutFlow flow, Cookies cookies, Rules rules, Surface surface) {
    this.flow = flow;
    this.cookies = cookies;
    this.guard = rules.guard();
    this.returnTo = rules.returnTo();
    this.farewell = rules.farewell();
    this.surface = surface;
  }

  /// The guard applies whether or not a cookie came. A fetch is told where to go; a form is sent.
  Future<Reply> logout(Request request) {
    var refused = Refusals.of(guard.check(Route.Csrf.AUTO, request, request.cookies(cookies)));
    if (refused.isPresent()) {
      return Future.succeededFuture(new Reply.Failure(refused.get()));
    }
    return request
        .parameters()
        .map(parameters -> logout(request, parameters))
        .orElseGet(() -> Future.succeededFuture(Reply.failure(ProblemCode.BAD_REQUEST, "query")));
  }

  private Future<Reply> logout(Request request, MultiMap parameters) {
    var scope = scope(parameters.getAll("scope"));
    if (parameters.getAll("return_to").size() > 1 || scope.isEmpty()) {
      return Future.succeededFuture(Reply.failure(ProblemCode.INVALID_PARAMETER));
    }
    var wanted = parameters.get("return_to");
    var checked = wanted == null ? Optional.of("/") : returnTo.check(wanted);
    if (checked.isEmpty()) {
      return Future.succeededFuture(Reply.failure(ProblemCode.INVALID_RETURN_TO));
    }
    var received = request.cookies(cookies);
    if (received.sender() == Cookies.Sender.APP) {
      return request
          .home(flow.logoutOfApp(received.sessionId(), scope.get()))
          .map(outcome -> loggedOut(outcome, request.target().authority()));
    }
    boolean page = Navigation.wantsPage(request.headers());
    return request
        .home(flow.logout(received.sessionId(), scope.get(), checked.get()))
        .map(outcome -> loggedOut(outcome, page));
  }

  /// Empty when it is none of ours; a wider logout is never guessed, nor a narrower one.
  private static Optional<LogoutFlow.Scope> scope(List<String> values) {
    if (values.isEmpty()) {
      return Optional.of(LogoutFlow.Scope.THIS_BROWSER);
    }
    return values.equals(List.of("all")) ? Optional.of(LogoutFlow.Scope.ALL) : Optional.empty();
  }

  private Reply loggedOut(LogoutOutcome outcome, boolean page) {
    return switch (outcome) {
      case LogoutOutcome.LoggedOut(var sealed) -> {
        var next = surface.basePath() + CONTINUE;
        var set =
            List.of(
                cookies.sessionCleared(),
                Cookies.roundsCleared(),
                Cookies.logout(sealed, TO_CONTINUE));
        yield page
            ? new Reply.Redirect(303, next, set, farewell)
            : new Reply.Json(new JsonObject().put("location", next), set, farewell);
      }
      case LogoutOutcome.StoreUnavailable _ -> new Reply.Failure(Refusals.storeUnavailable());
    };
  }

  /// What an app is told. It has no cookie to go on with: where the provider has a page for logging
  /// out, too, the app is told an address that takes the user's browser there.
  private Reply loggedOut(AppLogoutOutcome outcome, String authority) {
    return switch (outcome) {
      case AppLogoutOutcome.LoggedOut(var ticket) -> {
        var body = new JsonObject().put("logged_out", true);
        ticket.ifPresent(value -> body.put("end_session_url", address(authority, value)));
        yield new Reply.Json(body, List.of(), Map.of());
      }
      case AppLogoutOutcome.StoreUnavailable _ -> new Reply.Failure(Refusals.storeUnavailable());
    };
  }

  private String address(String authority, String ticket) {
    var path = surface.basePath() + CONTINUE;
    return surface.origin(authority) + Request.address(path, Map.of(TICKET, ticket));
  }

  /// The only answer that may hold an `id_token_hint`; no page script sees it. A browser has a
  /// cookie for it; from an app it gets a ticket along.
  Future<Reply> proceed(Request request) {
    return request
        .home(onward(request))
        .map(
            outcome ->
                switch (outcome) {
                  case ContinueOutcome.ToProvider(var location, var sealed) ->
                      new Reply.Redirect(
                          302, location, List.of(Cookies.logout(sealed, AT_THE_PROVIDER)));
                  case ContinueOutcome.Home(var home) ->
                      new Reply.Redirect(302, home, List.of(Cookies.logoutCleared()));
                });
  }

  private Future<ContinueOutcome> onward(Request request) {
    var tickets = request.parameters().map(all -> all.getAll(TICKET)).orElse(List.of());
    return switch (tickets.size()) {
      case 0 -> flow.proceed(request.cookies(cookies).logout());
      case 1 -> flow.proceedOfApp(Optional.of(tickets.getFirst()));
      default -> flow.proceedOfApp(Optional.empty());
    };
  }

  Future<Reply> returned(Request request) {
    var state =
        request
            .parameters()
            .filter(all -> all.getAll("state").size() == 1)
            .map(all -> all.get("state"));
    var home = flow.returned(state, request.cookies(cookies).logout());
    return Future.succeededFuture(new Reply.Redirect(302, home, List.of(Cookies.logoutCleared())));
  }
}
