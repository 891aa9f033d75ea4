package dev.cloakroom.session.redis;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.session.SessionKey;
import dev.cloakroom.session.SessionStore.Claim;
import dev.cloakroom.session.SessionStore.Claimed;
import dev.cloakroom.session.SessionStore.Lease;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// What one caller on one node may do: refresh a session, redeem a login attempt.
final class Reservations {
  private static final Duration UNSAVED_FIRST = Duration.ofSeconds(2);
  private static final Duration UNANSWERED = Duration.ofMinutes(1);
  private static final int MOST_UNANSWERED = 10_000;

  private final Commands commands;
  private final InstantSource clock;
  private final Entropy entropy;
  private final Cache<SessionKey, String> unanswered;
  private volatile Instant leasesFrom = Instant.MIN;

  Reservations(Commands commands, InstantSource clock, Entropy entropy) {
    this.commands = commands;
    this.clock = clock;
    this.entropy = entropy;
    Ticker ticker = () -> TimeUnit.MILLISECONDS.toNanos(clock.millis());
    this.unanswered =
        Caffeine.newBuilder()
            .maximumSize(MOST_UNANSWERED)
            .ticker(ticker)
            .executor(Runnable::run)
            .expireAfterWrite(UNANSWERED)
            .build();
  }

  /// Whoever kept new tokens during an outage goes first.
  void afterOutage() {
    leasesFrom = clock.instant().plus(UNSAVED_FIRST);
  }

  /// A lease whose answer was lost may be this node's all the same, so it asks again as the same
  /// holder. Nobody was given that lease, so nobody gives it back.
  Future<Lease> lease(SessionKey key, Duration life) {
    if (clock.instant().isBefore(leasesFrom)) {
      return Future.succeededFuture(new Lease.Busy());
    }
    var holder = Optional.ofNullable(unanswered.asMap().remove(key)).orElseGet(entropy::token);
    return commands
        .lease(key, holder, life)
        .map(
            reply ->
                switch (reply.word()) {
                  case "claimed" -> (Lease.Held) () -> commands.release(key, holder).mapEmpty();
                  case "taken" -> new Lease.Busy();
                  case "away" -> {
                    unanswered.put(key, holder);
                    yield new Lease.Unavailable();
                  }
                  default -> throw reply.unexpected();
                });
  }

  Future<Claim> claim(String attempt, Instant forgetAt) {
    return commands
        .claim(attempt, forgetAt)
        .map(
            reply ->
                switch (reply.word()) {
                  case "claimed" -> Claim.CLAIMED;
                  case "taken" -> Claim.ALREADY_CLAIMED;
                  case "away" -> Claim.UNAVAILABLE;
                  default -> throw reply.unexpected();
                });
  }

  Future<Claimed> claimed(String attempt) {
    return commands
        .claimed(attempt)
        .map(
            reply ->
                switch (reply.word()) {
                  case "taken" -> Claimed.YES;
                  case "free" -> Claimed.NO;
                  case "away" -> Claimed.UNAVAILABLE;
                  default -> throw reply.unexpected();
                });
  }
}
