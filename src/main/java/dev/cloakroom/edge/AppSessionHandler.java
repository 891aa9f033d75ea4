package dev.cloakroom.edge;

import dev.cloakroom.limit.Allowance;
import dev.cloakroom.login.app.AppSessions;
import dev.cloakroom.login.app.RedemptionOutcome;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.Set;

/// `POST /auth/native/session`: an app turns its code into the handle of a session. No browser has
/// business here, and none gets an answer that a page could use.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3 RFC 6749, 4.1.3
final class AppSessionHandler {
  private static final int MOST_BYTES = 4 * 1024;
  private static final Set<String> NAMED_IN_ERRORS =
      Set.of("app", "redirect_uri", "code", "code_verifier");

  private final AppSessions flow;
  private final Allowance allowance;
  private final SessionJson json;
  private final Vertx vertx;
  private final InstantSource clock;

  AppSessionHandler(
      AppSessions flow, Allowance allowance, SessionJson json, Vertx vertx, InstantSource clock) {
    this.flow = flow;
    this.allowance = allowance;
    this.json = json;
    this.vertx = vertx;
    this.clock = clock;
  }

  Future<Reply> handle(Request request) {
    if (CrossSiteGuard.isOfBrowser(request.headers())) {
      return Future.succeededFuture(
          Reply.failure(ProblemCode.CROSS_SITE_REQUEST, "code from a browser"));
    }
    var wait = allowance.untilAllowed(request.sender());
    if (wait.isPresent()) {
      return Future.succeededFuture(new Reply.Failure(Refusals.rateLimited("codes", wait.get())));
    }
    allowance.spend(request.sender());
    return FormBody.read(request.http(), vertx, MOST_BYTES).compose(read -> redeem(request, read));
  }

  private Future<Reply> redeem(Request request, FormBody.Outcome read) {
    return switch (read) {
      case FormBody.Outcome.Form(var parameters) ->
          request.home(flow.redeem(parameters)).map(this::reply);
      case FormBody.Outcome.Unreadable(var problem) ->
          Future.succeededFuture(new Reply.Failure(problem));
    };
  }

  private Reply reply(RedemptionOutcome outcome) {
    return switch (outcome) {
      case RedemptionOutcome.Begun(var id, var session) -> json.begun(id, session, clock.instant());
      case RedemptionOutcome.InvalidParameter(var name) -> new Reply.Failure(invalid(name));
      case RedemptionOutcome.InvalidCode _ -> Reply.failure(ProblemCode.INVALID_CODE);
      case RedemptionOutcome.StoreUnavailable _ -> new Reply.Failure(Refusals.storeUnavailable());
    };
  }

  private static Problem invalid(String name) {
    var problem = Problem.of(ProblemCode.INVALID_PARAMETER);
    return NAMED_IN_ERRORS.contains(name)
        ? problem.withDetail("The parameter " + name + " is missing, malformed or repeated.")
        : problem;
  }
}
