package dev.cloakroom.edge;

import dev.cloakroom.logout.BackChannelLogout;
import dev.cloakroom.logout.BackChannelOutcome;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import java.util.Map;

/// `POST /auth/backchannel-logout`: from a provider, not from a browser, so no cookie and no proof
/// of origin; the token's signature says who asks.
final class BackChannelHandler {
  private static final int MAX_BYTES = 16 * 1024;

  private final BackChannelLogout flow;
  private final Vertx vertx;

  BackChannelHandler(BackChannelLogout flow, Vertx vertx) {
    this.flow = flow;
    this.vertx = vertx;
  }

  Future<Reply> handle(Request request) {
    return FormBody.read(request.http(), vertx, MAX_BYTES)
        .compose(
            read ->
                switch (read) {
                  case FormBody.Outcome.Form(var parameters) -> accept(request, parameters);
                  case FormBody.Outcome.Unreadable(var problem) ->
                      Future.succeededFuture(new Reply.Failure(problem));
                });
  }

  private Future<Reply> accept(Request request, MultiMap parameters) {
    var tokens = parameters.getAll("logout_token");
    return tokens.size() == 1
        ? request.home(flow.accept(tokens.getFirst())).map(BackChannelHandler::reply)
        : Future.succeededFuture(Reply.failure(ProblemCode.BAD_REQUEST, "logout_token"));
  }

  private static Reply reply(BackChannelOutcome outcome) {
    return switch (outcome) {
      case BackChannelOutcome.LoggedOut() -> new Reply.Empty(200, Map.of());
      case BackChannelOutcome.Rejected(var reason) ->
          Reply.failure(ProblemCode.BAD_REQUEST, reason);
      case BackChannelOutcome.ProviderUnavailable(var after) ->
          new Reply.Failure(Problem.of(ProblemCode.PROVIDER_UNAVAILABLE).retryAfter(after));
      case BackChannelOutcome.StoreUnavailable() -> new Reply.Failure(Refusals.storeUnavailable());
    };
  }
}
