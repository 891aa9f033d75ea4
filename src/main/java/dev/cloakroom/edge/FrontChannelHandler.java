package dev.cloakroom.edge;

import dev.cloakroom.limit.Allowance;
import dev.cloakroom.logout.FrontChannelLogout;
import dev.cloakroom.logout.FrontChannelOutcome;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Optional;

/// `GET /auth/frontchannel-logout`: from a provider, in a frame. No cookie comes with it and none
/// is read; to whoever asks it looks the same whether or not there was a session.
///
/// @spec https://openid.net/specs/openid-connect-frontchannel-1_0.html#RPLogout OpenID Connect
///   Front-Channel Logout 1.0, 2
final class FrontChannelHandler {
  private final FrontChannelLogout flow;
  private final Allowance allowance;

  FrontChannelHandler(FrontChannelLogout flow, Allowance allowance) {
    this.flow = flow;
    this.allowance = allowance;
  }

  Future<Reply> handle(Request request) {
    if (!flow.isOn()) {
      return Future.succeededFuture(Reply.failure(ProblemCode.NO_SUCH_ROUTE));
    }
    var wait = allowance.untilAllowed(request.sender());
    if (wait.isPresent()) {
      return Future.succeededFuture(new Reply.Failure(Refusals.rateLimited("logouts", wait.get())));
    }
    allowance.spend(request.sender());
    var parameters = request.parameters().orElseGet(MultiMap::caseInsensitiveMultiMap);
    var issuer = single(parameters, "iss");
    var sid = single(parameters, "sid");
    if (issuer.isEmpty() || sid.isEmpty()) {
      return Future.succeededFuture(Reply.failure(ProblemCode.BAD_REQUEST, "iss and sid"));
    }
    return request.home(flow.accept(issuer.get(), sid.get())).map(FrontChannelHandler::reply);
  }

  private static Reply reply(FrontChannelOutcome outcome) {
    return switch (outcome) {
      case FrontChannelOutcome.LoggedOut(var ancestor) -> new Reply.Frame(ancestor);
      case FrontChannelOutcome.StoreUnavailable() -> new Reply.Failure(Refusals.storeUnavailable());
    };
  }

  private static Optional<String> single(MultiMap parameters, String name) {
    List<String> values = parameters.getAll(name);
    return values.size() == 1 && !values.getFirst().isEmpty()
        ? Optional.of(values.getFirst())
        : Optional.empty();
  }
}
