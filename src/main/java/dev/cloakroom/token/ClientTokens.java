package dev.cloakroom.token;

import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import dev.cloakroom.oidc.AccessToken;
import dev.cloakroom.oidc.ClientOutcome;
import dev.cloakroom.oidc.Provider;
import dev.cloakroom.token.RouteTokens.OfClient;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The gateway's own access tokens, for routes where no user is concerned. There is one for each
/// kind that a route names: shared by all calls of this node, renewed ahead of its expiry, asked
/// for once at a time, and after a failure not at once again. Safe from every event loop; a shared
/// outcome completes on the loop of whoever asked first.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6749#section-4.4 RFC 6749, 4.4
public final class ClientTokens {
  private static final Duration LONGEST_AHEAD = Duration.ofSeconds(30);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private final Map<String, Provider> providers;
  private final InstantSource clock;
  private final Observer observer;
  private final Map<OfClient, Kept> kept = new ConcurrentHashMap<>();

  public ClientTokens(Map<String, Provider> providers, InstantSource clock, Observer observer) {
    this.providers = Map.copyOf(providers);
    this.clock = clock;
    this.observer = observer;
  }

  /// Whether there is a token, or why not.
  public sealed interface Outcome {
    record Ready(AccessToken token) implements Outcome {}

    record NotReady(TokenOutcome why) implements Outcome {}
  }

  /// A usable token. While the old one is good, a renewal runs beside the call.
  public Future<Outcome> get(OfClient client) {
    return of(client).get();
  }

  /// Another token than the one an upstream `refused`, but no more than one in ten seconds.
  public Future<Outcome> renew(OfClient client, AccessToken refused) {
    return of(client).renew(refused);
  }

  private Kept of(OfClient client) {
    return kept.computeIfAbsent(client, Kept::new);
  }

  /// One kind of token. Its monitor guards what it knows.
  private final class Kept {
    private final OfClient client;
    private @Nullable AccessToken token;
    private @Nullable Future<Outcome> underWay;
    private Duration pause = Duration.ZERO;
    private Instant pausedUntil = Instant.MIN;
    private Outcome lastFailure = new Outcome.NotReady(new TokenOutcome.ProviderRejected());

    Kept(OfClient client) {
      this.client = client;
    }

    synchronized Future<Outcome> get() {
      var now = clock.instant();
      var known = token;
      if (known == null || !now.isBefore(known.expiresAt())) {
        return ask(now);
      }
      if (!now.isBefore(known.expiresAt().minus(ahead(known)))) {
        ask(now).onFailure(fault -> observer.on(new Event.Fault(Optional.empty(), fault)));
      }
      return Future.succeededFuture(new Outcome.Ready(known));
    }

    synchronized Future<Outcome> renew(AccessToken refused) {
      var now = clock.instant();
      var known = token;
      boolean isOther = known != null && !known.value().equals(refused.value());
      boolean isNew = known != null && now.isBefore(known.issuedAt().plus(Cooldown.BETWEEN_FORCED));
      return known != null && (isOther || isNew)
          ? Future.succeededFuture(new Outcome.Ready(known))
          : ask(now);
    }

    private Future<Outcome> ask(Instant now) {
      if (underWay != null) {
        return underWay;
      }
      var provider = providers.get(client.provider());
      if (provider == null || now.isBefore(pausedUntil)) {
        return Future.succeededFuture(lastFailure);
      }
      Promise<Outcome> promise = Promise.promise();
      underWay = promise.future();
      Future.succeededFuture()
          .compose(_ -> provider.clientToken(client.target()))
          .map(outcome -> learn(outcome, now))
          .onFailure(_ -> stop())
          .onComplete(promise);
      return promise.future();
    }

    private synchronized Outcome learn(ClientOutcome outcome, Instant began) {
      underWay = null;
      var now = clock.instant();
      var took = Duration.between(began, now);
      return switch (outcome) {
        case ClientOutcome.Granted(var granted) -> {
          token = granted;
          pause = Duration.ZERO;
          pausedUntil = Instant.MIN;
          say("renewed", "none", took);
          yield new Outcome.Ready(granted);
        }
        case ClientOutcome.Rejected(var reason) -> {
          say("rejected", reason, took);
          yield failed(now, Duration.ZERO, new TokenOutcome.ProviderRejected());
        }
        case ClientOutcome.Unavailable(var after) -> {
          say("unavailable", "no_answer", took);
          yield failed(now, after, new TokenOutcome.TryLater(after));
        }
      };
    }

    private Outcome failed(Instant now, Duration asked, TokenOutcome why) {
      var doubled = pause.isZero() ? FIRST_PAUSE : pause.multipliedBy(2);
      pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
      pausedUntil = now.plus(asked.compareTo(pause) > 0 ? asked : pause);
      lastFailure = new Outcome.NotReady(why);
      return lastFailure;
    }

    private synchronized void stop() {
      underWay = null;
      var _ = failed(clock.instant(), Duration.ZERO, new TokenOutcome.TryLater(FIRST_PAUSE));
    }

    private static Duration ahead(AccessToken known) {
      var life = Duration.between(known.issuedAt(), known.expiresAt());
      var tenth = life.dividedBy(10);
      return tenth.compareTo(LONGEST_AHEAD) > 0 ? LONGEST_AHEAD : tenth;
    }

    private void say(String outcome, String problem, Duration took) {
      observer.on(new Event.TokenObtained(client.provider(), "client", outcome, problem, took));
    }
  }
}
