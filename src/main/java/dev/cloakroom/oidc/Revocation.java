package dev.cloakroom.oidc;

import dev.cloakroom.crypto.Secret;
import dev.cloakroom.jose.StrictJson;
import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import dev.cloakroom.oidc.client.Answer;
import dev.cloakroom.oidc.client.AuthorizationServer;
import dev.cloakroom.oidc.client.BackChannel;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// Asks a provider to forget tokens. The first round answers the caller; where the provider had no
/// time for it, two more follow in the background, when it asked for them or after 5 s, for at most
/// 1000 sessions at a time.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7009#section-2 RFC 7009, 2
final class Revocation {
  private static final int ROUNDS = 3;
  private static final int THE_LOGINS_OWN = 2;
  private static final int MOST_WAITING = 1000;

  private final Vertx vertx;
  private final BackChannel backChannel;
  private final InstantSource clock;
  private final Observer observer;
  private final String name;
  private final AtomicInteger waiting = new AtomicInteger();

  /// Where to ask.
  private record Desk(AuthorizationServer server, URI endpoint) {}

  Revocation(
      Vertx vertx, BackChannel backChannel, InstantSource clock, Observer observer, String name) {
    this.vertx = vertx;
    this.backChannel = backChannel;
    this.clock = clock;
    this.observer = observer;
    this.name = name;
  }

  /// What to forget, and what it is.
  private record Spent(String kind, Secret token) {}

  /// The refresh token, then the access token, then the others as far as they are still good; true
  /// when the provider confirmed all.
  Future<Boolean> revoke(
      AuthorizationServer server, URI endpoint, Tokens tokens, Collection<AccessToken> others) {
    var pending = new ArrayList<Spent>();
    tokens.refresh().ifPresent(refresh -> pending.add(new Spent("refresh_token", refresh)));
    pending.add(new Spent("access_token", tokens.access()));
    var now = clock.instant();
    others.stream()
        .filter(other -> other.isFresh(Duration.ZERO, now))
        .forEach(other -> pending.add(new Spent("access_token", other.value())));
    return round(new Desk(server, endpoint), pending, ROUNDS);
  }

  /// Has tokens forgotten that nobody will use, where the provider can; nobody waits for it.
  void discard(ProviderMetadata provider, Tokens tokens) {
    provider
        .revocation()
        .ifPresent(
            endpoint ->
                revoke(provider.server(), endpoint, tokens, List.of())
                    .onFailure(fault -> observer.on(new Event.Fault(Optional.empty(), fault))));
  }

  private Future<Boolean> round(Desk desk, List<Spent> pending, int rounds) {
    Future<Optional<Duration>> all = Future.succeededFuture(Optional.empty());
    int place = 0;
    for (var spent : List.copyOf(pending)) {
      boolean further = place++ >= THE_LOGINS_OWN;
      all =
          all.compose(
              earlier ->
                  further && earlier.isPresent()
                      ? Future.succeededFuture(earlier) // it has no time now
                      : one(desk, spent, pending).map(later -> earlier.or(() -> later)));
    }
    return all.map(
        again -> {
          again.ifPresent(delay -> schedule(desk, pending, rounds - 1, delay));
          return pending.isEmpty();
        });
  }

  /// Revokes one token and strikes it off; answers when to try again, if it makes sense.
  private Future<Optional<Duration>> one(Desk desk, Spent spent, List<Spent> pending) {
    return backChannel
        .post(
            desk.server(),
            desk.endpoint(),
            Map.of("token", spent.token().reveal(), "token_type_hint", spent.kind()))
        .map(
            answer -> {
              var again = tryAgain(answer);
              if (isDone(answer)) {
                pending.remove(spent);
              } else if (again.isEmpty()) {
                observer.on(new Event.RevocationFailed(name)); // it said no, and will again
              }
              return again;
            });
  }

  private static boolean isDone(Answer answer) {
    return answer instanceof Answer.Received received
        && (received.status() == 200
            || StrictJson.object(received.body())
                .filter(body -> Objects.equals(body.getValue("error"), "unsupported_token_type"))
                .isPresent());
  }

  private Optional<Duration> tryAgain(Answer answer) {
    return switch (answer) {
      case Answer.Failed _ -> Optional.of(Answer.Failed.RETRY);
      case Answer.Received received when received.isTransient() && !isDone(received) ->
          Optional.of(received.retryAfter(clock));
      case Answer.Received _ -> Optional.empty();
    };
  }

  private void schedule(Desk desk, List<Spent> pending, int rounds, Duration delay) {
    if (rounds < 1 || waiting.incrementAndGet() > MOST_WAITING) {
      if (rounds >= 1) {
        waiting.decrementAndGet();
      }
      observer.on(new Event.RevocationFailed(name));
      return;
    }
    vertx.setTimer(
        delay.toMillis(),
        _ -> {
          waiting.decrementAndGet();
          round(desk, pending, rounds)
              .onFailure(fault -> observer.on(new Event.Fault(Optional.empty(), fault)));
        });
  }
}
