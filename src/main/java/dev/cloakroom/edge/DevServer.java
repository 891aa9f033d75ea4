package dev.cloakroom.edge;

import dev.cloakroom.proxy.Route;
import dev.cloakroom.upstream.Upstream;
import io.vertx.core.Future;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// The front end's own dev server, proxied with its hot reload, so that development has one origin
/// as production has. It gets no session and no policy of ours.
final class DevServer implements Desk.App {
  private static final Route.Timeouts PATIENT =
      new Route.Timeouts(Duration.ofSeconds(2), Duration.ofMinutes(1), Duration.ofHours(1));

  private final Route route;
  private final Relay relay;
  private final CrossSiteGuard guard;

  DevServer(URI url, Relay relay, CrossSiteGuard guard) {
    this.route = route(url);
    this.relay = relay;
    this.guard = guard;
  }

  private static Route route(URI url) {
    return new Route(
        "/**",
        Upstream.of(url),
        Optional.empty(),
        Optional.empty(),
        Route.Access.ANONYMOUS,
        Route.TokenKind.NONE,
        Set.of("GET", "HEAD", "POST", "OPTIONS"),
        Route.Csrf.AUTO,
        Route.Requirement.nothing(),
        Route.StepUps.TRANSLATE,
        false,
        PATIENT,
        Route.EncodedSlashes.PASS,
        Optional.empty(),
        0,
        Optional.empty(),
        Route.RateLimit.none(),
        false,
        Route.Identity.none(),
        new Route.WebSockets(true, false, Route.WebSockets.OnTokenExpiry.KEEP));
  }

  @Override
  public Future<Reply> handle(Request request) {
    if (!route.methods().contains(request.method())) {
      return Future.succeededFuture(Reply.failure(ProblemCode.METHOD_NOT_ALLOWED));
    }
    if (Request.isUpgrade(request.headers())) {
      var refused =
          Refusals.of(
              guard.check(
                  route.csrf(), request.method(), request.target().authority(), request.headers()));
      if (refused.isPresent()) {
        return Future.succeededFuture(new Reply.Failure(refused.get()));
      }
    }
    boolean page = Navigation.wantsPage(request.headers());
    return relay
        .forward(request, route, null)
        .map(reply -> page ? friendly(request, reply) : reply);
  }

  private static Reply friendly(Request request, Reply reply) {
    return reply instanceof Reply.Failure(var problem, _)
            && (problem.code() == ProblemCode.UPSTREAM_UNREACHABLE
                || problem.code() == ProblemCode.UPSTREAM_OVERLOADED)
        ? new Reply.Page(502, Pages.devServerDown(request.trace().id()))
        : reply;
  }
}
