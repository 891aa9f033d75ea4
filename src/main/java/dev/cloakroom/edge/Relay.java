package dev.cloakroom.edge;

import dev.cloakroom.identity.Identities;
import dev.cloakroom.observe.Event;
import dev.cloakroom.proxy.Credential;
import dev.cloakroom.proxy.Exchange;
import dev.cloakroom.proxy.Forwarded;
import dev.cloakroom.proxy.Forwarder;
import dev.cloakroom.proxy.Forwarding;
import dev.cloakroom.proxy.Route;
import dev.cloakroom.session.EndCause;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionStore;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The last stop of a call: hands it to the forwarder, watches its session, and says what came of
/// it. One per event loop.
final class Relay implements ApiHandler.LastStop {
  private static final int SESSION_ENDED = 4401;
  private static final int GOING_AWAY = 1001;

  /// The session goes on: the page may connect again, with the next token.
  private static final int POLICY_VIOLATION = 1008;

  private static final Duration OVERLOAD_WAIT = Duration.ofSeconds(1);

  private final Forwarder forwarder;
  private final SessionStore sessions;
  private final Forwarding.OwnCookies ownCookies;
  private final LongLived longLived;
  private final Fronts.Around around;
  private final Surface surface;
  private final Requirements requirements;
  private final Identities identities;

  Relay(
      Forwarder forwarder,
      SessionStore sessions,
      Cookies cookies,
      LongLived longLived,
      Fronts.Around around,
      Surface surface,
      Identities identities) {
    this.identities = identities;
    this.forwarder = forwarder;
    this.sessions = sessions;
    this.ownCookies = cookies::owns;
    this.longLived = longLived;
    this.around = around;
    this.surface = surface;
    this.requirements = new Requirements(surface);
  }

  /// Whose call it is.
  ///
  /// @param session null where the call is the gateway's own
  /// @param credential null where the upstream gets no token
  /// @param credentialExpiresAt null where there is none
  record Holder(
      @Nullable Session session,
      @Nullable Credential credential,
      @Nullable Instant credentialExpiresAt) {}

  /// Forwards a call; without a holder it is anonymous.
  @Override
  public Future<Reply> forward(Request request, Route route, @Nullable Holder holder) {
    var exchange = forwarder.forward(request.http(), forwarding(request, route, holder));
    if (request.isUpgrade()) {
      var leave = longLived.add(() -> exchange.sever(GOING_AWAY, "shutting down"));
      exchange.outcome().onComplete(_ -> leave.run());
      if (holder != null
          && holder.credentialExpiresAt() != null
          && route.websocket().onTokenExpiry() == Route.WebSockets.OnTokenExpiry.CLOSE) {
        endWithToken(exchange, holder.credentialExpiresAt());
      }
    }
    var session = holder == null ? null : holder.session();
    var watch = session == null ? null : watch(request, exchange, session);
    return exchange
        .outcome()
        .map(
            outcome -> {
              if (watch != null) {
                watch.close();
              }
              return reply(outcome, holder);
            });
  }

  @Override
  public void report(Request request, Route route, String reason) {
    around.observer().on(new Event.RequestReported(reason, route.path(), request.trace().id()));
  }

  private Forwarding forwarding(Request request, Route route, @Nullable Holder holder) {
    var target = request.target();
    var session = holder == null ? null : holder.session();
    return new Forwarding(
        route,
        target.path(),
        target.query(),
        holder == null ? null : holder.credential(),
        request.client(),
        surface.scheme(),
        target.authority(),
        request.trace().parent(),
        ownCookies,
        session == null ? List.of() : identities.of(session, route));
  }

  /// Has the call end with its session; null where it has ended already.
  private SessionStore.@Nullable Watch watch(Request request, Exchange exchange, Session session) {
    return exchange.outcome().isComplete()
        ? null
        : sessions.watch(session.key(), cause -> request.run(() -> sever(exchange, cause)));
  }

  private void endWithToken(Exchange exchange, Instant expiresAt) {
    var stay =
        longLived.addUntil(
            expiresAt, () -> exchange.sever(POLICY_VIOLATION, "access token expired"));
    exchange.outcome().onComplete(_ -> stay.run());
  }

  private static void sever(Exchange exchange, EndCause cause) {
    exchange.sever(SESSION_ENDED, "session ended: " + cause.name());
  }

  private Reply reply(Forwarded outcome, @Nullable Holder holder) {
    return switch (outcome) {
      case Forwarded.Done(var status) -> new Reply.Relayed(status);
      case Forwarded.Aborted _ -> new Reply.Relayed(0);
      case Forwarded.UnreachableUnanswered _ -> Reply.failure(ProblemCode.UPSTREAM_UNREACHABLE);
      case Forwarded.ProtocolErrorUnanswered _ ->
          Reply.failure(ProblemCode.UPSTREAM_PROTOCOL_ERROR);
      case Forwarded.TimedOutUnanswered _ -> Reply.failure(ProblemCode.UPSTREAM_TIMEOUT);
      case Forwarded.OverloadedUnanswered _ ->
          new Reply.Failure(Problem.of(ProblemCode.UPSTREAM_OVERLOADED).retryAfter(OVERLOAD_WAIT));
      case Forwarded.CutOffUnanswered(var wait) ->
          new Reply.Failure(Problem.of(ProblemCode.UPSTREAM_OVERLOADED).retryAfter(wait));
      case Forwarded.BodyTooLargeUnanswered _ -> Reply.failure(ProblemCode.CONTENT_TOO_LARGE);
      case Forwarded.BrokenBodyUnanswered _ ->
          new Reply.Failure(Problem.of(ProblemCode.BAD_REQUEST, "request body").closing());
      case Forwarded.StalledUnanswered _ -> Reply.failure(ProblemCode.REQUEST_TIMEOUT);
      case Forwarded.StepUpUnanswered(var wanted) -> // never of an anonymous call
          new Reply.Failure(
              requirements.of(
                  wanted, Objects.requireNonNull(Objects.requireNonNull(holder).session())));
      case Forwarded.BadUpgradeUnanswered(var status) -> new Reply.Failure(badUpgrade(status));
    };
  }

  private static Problem badUpgrade(int status) {
    return status == ProblemCode.UPGRADE_REQUIRED.status()
        ? Problem.of(ProblemCode.UPGRADE_REQUIRED).withHeader("Sec-WebSocket-Version", "13")
        : Problem.of(ProblemCode.BAD_REQUEST, "upgrade");
  }
}
