package dev.cloakroom.oidc;

import dev.cloakroom.jose.KeySet;
import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import dev.cloakroom.oidc.client.Answer;
import dev.cloakroom.oidc.client.ProviderHttp;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Remembers a provider's signing keys: for as long as `Cache-Control: max-age` says, between five
/// minutes and a day (an hour where it says nothing). When they cannot be renewed the last good
/// ones serve for another day at most; after that there are none, and nothing verifies.
///
/// An unknown key asks the provider at most once in 30 s, whoever presents it. Every thread may
/// ask; a shared answer completes on the context that asked first.
///
/// @spec https://openid.net/specs/openid-connect-core-1_0.html#RotateSigKeys OpenID Connect Core
///   1.0, 10.1.1
final class KeyCache {
  private static final Duration SHORTEST = Duration.ofMinutes(5);
  private static final Duration USUAL = Duration.ofHours(1);
  private static final Duration LONGEST = Duration.ofDays(1);
  private static final Duration GRACE = Duration.ofDays(1);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);
  private static final Duration BETWEEN_RENEWALS = Duration.ofSeconds(30);
  private static final Pattern MAX_AGE =
      Pattern.compile("(?:^|[,\\s])max-age=\"?([0-9]{1,9})(?![0-9])");

  private final String name;
  private final ProviderHttp http;
  private final InstantSource clock;
  private final Observer observer;

  private @Nullable Held held;
  private @Nullable Future<Optional<KeySet>> underWay;
  private Instant nextTry = Instant.MIN;
  private Instant nextRenewal = Instant.MIN;

  KeyCache(String name, ProviderHttp http, InstantSource clock, Observer observer) {
    this.name = name;
    this.http = http;
    this.clock = clock;
    this.observer = observer;
  }

  /// The keys at `jwks`; empty when there are none to be had.
  synchronized Future<Optional<KeySet>> current(URI jwks) {
    var now = clock.instant();
    if (held != null && held.source.equals(jwks) && now.isBefore(held.freshUntil)) {
      return Future.succeededFuture(Optional.of(held.keys));
    }
    return underWay != null || !isAhead(nextTry, AFTER_FAILURE, now)
        ? fetch(jwks)
        : Future.succeededFuture(lastGood(jwks, now));
  }

  /// The keys after one more look at the provider, where it is not too soon for one.
  synchronized Future<Optional<KeySet>> renewed(URI jwks) {
    var now = clock.instant();
    if (underWay == null) {
      if (isAhead(nextRenewal, BETWEEN_RENEWALS, now) || isAhead(nextTry, AFTER_FAILURE, now)) {
        return Future.succeededFuture(lastGood(jwks, now));
      }
      nextRenewal = now.plus(BETWEEN_RENEWALS);
    }
    return fetch(jwks);
  }

  /// Whether a pause of at most `most` still lasts. One that seems to last longer began before the
  /// clock was set back, and is over.
  static boolean isAhead(Instant until, Duration most, Instant now) {
    return now.isBefore(until) && !now.plus(most).isBefore(until);
  }

  private synchronized Future<Optional<KeySet>> fetch(URI jwks) {
    if (underWay != null) {
      return underWay;
    }
    Promise<Optional<KeySet>> promise = Promise.promise();
    underWay = promise.future();
    http.get(jwks, Map.of("Accept", "application/jwk-set+json, application/json"))
        .map(answer -> learn(jwks, answer))
        .onComplete(promise);
    return promise.future();
  }

  private synchronized Optional<KeySet> learn(URI jwks, Answer answer) {
    underWay = null;
    var now = clock.instant();
    return switch (answer) {
      case Answer.Received received when received.status() == 200 ->
          KeySet.parse(received.body())
              .map(keys -> keep(new Held(jwks, keys, now.plus(life(received)))))
              .or(() -> miss(jwks, "not a key set", now));
      case Answer.Received received -> miss(jwks, "status " + received.status(), now);
      case Answer.Failed failed -> miss(jwks, failed.problem().name(), now);
    };
  }

  private KeySet keep(Held fetched) {
    held = fetched;
    observer.on(new Event.KeysFetched(name, fetched.keys.size()));
    return fetched.keys;
  }

  private Optional<KeySet> miss(URI jwks, String problem, Instant now) {
    nextTry = now.plus(AFTER_FAILURE);
    observer.on(new Event.KeysUnavailable(name, problem));
    return lastGood(jwks, now);
  }

  private Optional<KeySet> lastGood(URI jwks, Instant now) {
    return held != null && held.source.equals(jwks) && now.isBefore(held.freshUntil.plus(GRACE))
        ? Optional.of(held.keys)
        : Optional.empty();
  }

  private static Duration life(Answer.Received answer) {
    var control = answer.header("Cache-Control");
    var stated = MAX_AGE.matcher(control == null ? "" : control.toLowerCase(Locale.ROOT));
    if (!stated.find()) {
      return USUAL;
    }
    var life = Duration.ofSeconds(Long.parseLong(stated.group(1)));
    if (life.compareTo(SHORTEST) < 0) {
      return SHORTEST;
    }
    return life.compareTo(LONGEST) > 0 ? LONGEST : life;
  }

  /// Keys, where they came from, and until when they need not be renewed.
  private record Held(URI source, KeySet keys, Instant freshUntil) {}
}
