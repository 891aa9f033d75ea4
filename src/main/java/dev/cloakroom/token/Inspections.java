package dev.cloakroom.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.cloakroom.crypto.Secret;
import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import dev.cloakroom.oidc.Introspection;
import dev.cloakroom.oidc.Provider;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// What the login's access token of a session stands for now, where the provider is asked
/// (`introspection`). An answer serves for a minute, and never longer than the token; callers that
/// arrive together share one question. A token that the provider disowns is refreshed, once.
/// Bounded to about 64 MiB; what falls out costs a call. Safe from every event loop; a shared
/// outcome completes on the loop of whoever asked first.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7662#section-4 RFC 7662, 4
public final class Inspections {
  private static final Duration LONGEST = Duration.ofMinutes(1);
  private static final Duration AFTER_NO = Duration.ofSeconds(10);
  private static final long MOST_BYTES = 64 << 20;
  private static final int ENTRY_BYTES = 500;

  private final Map<String, Provider> providers;
  private final TokenKeeper keeper;
  private final InstantSource clock;
  private final Observer observer;
  private final Cache<Asked, Known> known;
  private final Map<Asked, Future<Introspection.Outcome>> underWay = new ConcurrentHashMap<>();

  /// Everything that an answer depends on.
  private record Asked(String provider, Secret token) {}

  private record Known(Introspection.Outcome outcome, Duration life) {
    /// About what it takes of the heap, its question included.
    int bytes(Asked asked) {
      int said =
          outcome instanceof Introspection.Outcome.Active(var claims)
              ? claims.encode().length()
              : 0;
      return ENTRY_BYTES + asked.token().reveal().length() + 3 * said;
    }
  }

  /// Whether claims can be had, and from which session.
  public sealed interface Inspected {
    /// The token of `session` is good, and stands for these claims.
    record Shown(Session session, JsonObject claims) implements Inspected {
      @Override
      public String toString() {
        return "Shown";
      }
    }

    /// The provider disowns the token, and the one after it.
    record Dead() implements Inspected {}

    record NotReady(TokenOutcome why) implements Inspected {}
  }

  public Inspections(
      Map<String, Provider> providers, TokenKeeper keeper, InstantSource clock, Observer observer) {
    this.providers = Map.copyOf(providers);
    this.keeper = keeper;
    this.clock = clock;
    this.observer = observer;
    this.known =
        Caffeine.newBuilder()
            .maximumWeight(MOST_BYTES)
            .weigher((Asked asked, Known answer) -> answer.bytes(asked))
            .expireAfter(Expiry.<Asked, Known>creating((_, answer) -> answer.life()))
            .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
            .executor(Runnable::run)
            .build();
  }

  /// Whether the provider of `session` is asked at all.
  public boolean concern(Session session) {
    var provider = providers.get(session.provider());
    return provider != null && provider.settings().introspection();
  }

  /// The claims of the login's access token, which is refreshed first where that is due.
  public Future<Inspected> inspect(SessionId id, Session session) {
    return keeper
        .keepFresh(id, session)
        .compose(
            outcome ->
                outcome instanceof TokenOutcome.Ready(var fresh)
                    ? ask(fresh).compose(said -> judge(id, fresh, said))
                    : notReady(outcome));
  }

  private Future<Inspected> judge(SessionId id, Session session, Introspection.Outcome said) {
    return said instanceof Introspection.Outcome.Inactive
        ? keeper.refreshNow(id, session).compose(outcome -> again(session, outcome))
        : Future.succeededFuture(read(session, said));
  }

  private Future<Inspected> again(Session disowned, TokenOutcome outcome) {
    if (!(outcome instanceof TokenOutcome.Ready(var next))) {
      return notReady(outcome);
    }
    return next.tokens().access().equals(disowned.tokens().access())
        ? Future.succeededFuture(dead(next))
        : ask(next).map(said -> read(next, said));
  }

  private static Future<Inspected> notReady(TokenOutcome outcome) {
    return Future.succeededFuture(new Inspected.NotReady(outcome));
  }

  /// A claim of somebody else is nobody's.
  private Inspected read(Session session, Introspection.Outcome said) {
    return switch (said) {
      case Introspection.Outcome.Active(var claims) when isOf(session, claims) ->
          new Inspected.Shown(session, claims);
      case Introspection.Outcome.Active _, Introspection.Outcome.Rejected _ ->
          new Inspected.NotReady(new TokenOutcome.ProviderRejected());
      case Introspection.Outcome.Inactive() -> dead(session);
      case Introspection.Outcome.Unavailable(var after) ->
          new Inspected.NotReady(new TokenOutcome.TryLater(after));
    };
  }

  private static boolean isOf(Session session, JsonObject claims) {
    var subject = claims.getValue("sub");
    return subject == null || session.identity().subject().equals(subject);
  }

  private Inspected dead(Session session) {
    observer.on(new Event.TokenDisowned(session.provider()));
    return new Inspected.Dead();
  }

  private Future<Introspection.Outcome> ask(Session session) {
    var asked = new Asked(session.provider(), session.tokens().access());
    var answer = known.getIfPresent(asked);
    if (answer != null) {
      return Future.succeededFuture(answer.outcome());
    }
    Promise<Introspection.Outcome> promise = Promise.promise();
    var earlier = underWay.putIfAbsent(asked, promise.future());
    if (earlier != null) {
      return earlier;
    }
    Future.succeededFuture()
        .compose(_ -> provider(session).introspect(asked.token()))
        .onSuccess(outcome -> learn(asked, session, outcome))
        .onComplete(
            result -> {
              underWay.remove(asked);
              promise.handle(result);
            });
    return promise.future();
  }

  private Provider provider(Session session) {
    var provider = providers.get(session.provider());
    if (provider == null) {
      throw new IllegalStateException("nobody asks for a session of an unknown provider");
    }
    return provider;
  }

  private void learn(Asked asked, Session session, Introspection.Outcome outcome) {
    var life =
        switch (outcome) {
          case Introspection.Outcome.Active(var claims) -> life(session, claims);
          case Introspection.Outcome.Inactive _ -> AFTER_NO;
          case Introspection.Outcome.Rejected(var reason) -> {
            observer.on(new Event.IntrospectionFailed(session.provider(), reason));
            yield AFTER_NO;
          }
          case Introspection.Outcome.Unavailable(var after) -> {
            observer.on(new Event.IntrospectionFailed(session.provider(), "no_answer"));
            yield after;
          }
        };
    if (life.isPositive()) {
      known.put(asked, new Known(outcome, life));
    }
  }

  private Duration life(Session session, JsonObject claims) {
    var now = clock.instant();
    var until = now.plus(LONGEST);
    if (session.tokens().expiresAt().isBefore(until)) {
      until = session.tokens().expiresAt();
    }
    if (claims.getValue("exp") instanceof Number seconds
        && seconds.doubleValue() < until.getEpochSecond()) {
      until = Instant.ofEpochSecond(Math.max(0, seconds.longValue()));
    }
    return Duration.between(now, until);
  }
}
