package dev.cloakroom.edge;

import dev.cloakroom.limit.Allowance;
import dev.cloakroom.limit.UnderWay;
import dev.cloakroom.proxy.Route;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionKey;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// How often a client or a session may call, on one route and on all of them together, and how many
/// calls of a session may be under way. What is not limited is not counted. Shared by all event
/// loops.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6585#section-4 RFC 6585, 4
final class CallLimits {
  private static final Duration SOON = Duration.ofSeconds(1);

  private final InstantSource clock;
  private final Route.RateLimit everywhere;
  private final Buckets allRoutes;
  private final Map<String, Buckets> byRoute = new ConcurrentHashMap<>();
  private final Optional<UnderWay<SessionKey>> underWay;

  CallLimits(ServerSettings.Calls calls, InstantSource clock) {
    this.clock = clock;
    this.everywhere = calls.rate();
    this.allRoutes = new Buckets(calls.rate(), clock);
    this.underWay = calls.atOncePerSession().map(UnderWay::new);
  }

  private record Buckets(Allowance clients, Allowance sessions) {
    Buckets(Route.RateLimit limit, InstantSource clock) {
      this(new Allowance(limit.perClient(), clock), new Allowance(limit.perSession(), clock));
    }
  }

  /// Counts a call of a client; what to answer instead of it, where it is one too many.
  Optional<Problem> client(Request request, Route route) {
    if (everywhere.perClient().isEmpty() && route.rateLimit().perClient().isEmpty()) {
      return Optional.empty();
    }
    var sender = request.sender();
    return allRoutes
        .clients()
        .take(sender)
        .or(() -> of(route).clients().take(sender))
        .map(wait -> Refusals.rateLimited("calls of a client", wait));
  }

  /// Counts a call of a session; what to answer instead of it, where it is one too many.
  Optional<Problem> session(Session session, Route route) {
    if (everywhere.perSession().isEmpty() && route.rateLimit().perSession().isEmpty()) {
      return Optional.empty();
    }
    var key = session.key().value();
    return allRoutes
        .sessions()
        .take(key)
        .or(() -> of(route).sessions().take(key))
        .map(wait -> Refusals.rateLimited("calls of a session", wait));
  }

  private Buckets of(Route route) {
    return byRoute.computeIfAbsent(route.path(), _ -> new Buckets(route.rateLimit(), clock));
  }

  /// Whether calls under way are counted.
  boolean countsUnderWay() {
    return underWay.isPresent();
  }

  /// Lets a call begin, which [#ends]; what to answer instead, where too many are under way.
  Optional<Problem> begins(Session session) {
    return underWay
        .filter(counts -> !counts.enters(session.key()))
        .map(_ -> Refusals.rateLimited("calls of a session under way", SOON));
  }

  /// The call is over when its answer is, whatever that is.
  <T> Future<T> ends(Session session, Future<T> answer) {
    return answer.onComplete(_ -> underWay.ifPresent(counts -> counts.leaves(session.key())));
  }
}
