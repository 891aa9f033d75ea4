package dev.cloakroom.edge;

import dev.cloakroom.limit.Allowance;
import dev.cloakroom.logout.BackChannelLogout;
import dev.cloakroom.logout.BackChannelOutcome;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import java.util.Map;

/// `POST /auth/backchannel-logout`: from a provider, not from a browser, so no cookie and no proof
/// of origin; the token's signature says who asks. Checking one costs work, so that whoever sends
/// what is none has to wait after a while; genuine ones are free, for a provider may end many
/// sessions at a time.
final class BackChannelHandler {
  private static final int MAX_BYTES = 16 * 1024;

  private final BackChannelLogout flow;
  private final Allowance rejections;
  private final Vertx vertx;

  BackChannelHandler(BackChannelLogout flow, Allowance rejections, Vertx vertx) {
    this.flow = flow;
    this.rejections = rejections;
    this.vertx = vertx;
  }

  Future<Reply> handle(Request request) {
    var wait = rejections.untilAllowed(request.sender());
    if (wait.isPresent()) {
      return Future.succeededFuture(
          new Reply.Failure(Refusals.rateLimited("rejected logouts", wait.get())));
    }
    return FormBody.read(request.http(), vertx, MAX_BYTES)
        .compose(
            read ->
                switch (read) {
                  case FormBody.Outcome.Form(var parameters) -> accept(request, parameters);
                  case FormBody.Outcome.Unreadable(var problem) ->
                      Future.succeededFuture(rejected(request, problem));
                });
  }

  private Reply rejected(Request request, Problem problem) {
    rejections.spend(request.sender());
    return new Reply.Failure(problem);
  }

  private Future<Reply> accept(Request request, MultiMap parameters) {
    var tokens = parameters.getAll("logout_token");
    return tokens.size() == 1
        ? request.home(flow.accept(tokens.getFirst())).map(outcome -> reply(request, outcome))
        : Future.succeededFuture(
            rejected(request, Problem.of(ProblemCode.BAD_REQUEST, "logout_token")));
  }

  private Reply reply(Request request, BackChannelOutcome outcome) {
    return switch (outcome) {
      case BackChannelOutcome.LoggedOut() -> new Reply.Empty(200, Map.of());
      case BackChannelOutcome.Rejected(var reason) ->
          rejected(request, Problem.of(ProblemCode.BAD_REQUEST, reason));
      case BackChannelOutcome.ProviderUnavailable(var after) ->
          new Reply.Failure(Problem.of(ProblemCode.PROVIDER_UNAVAILABLE).retryAfter(after));
      case BackChannelOutcome.StoreUnavailable() -> new Reply.Failure(Refusals.storeUnavailable());
    };
  }
}
