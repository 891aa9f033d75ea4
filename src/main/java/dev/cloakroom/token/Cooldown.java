package dev.cloakroom.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.cloakroom.session.SessionKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Remembers the last refresh of each session for a short while: a provider that fails is asked
/// once every few seconds and session, and nobody can force more than one refresh in ten seconds.
/// What a provider refuses counts for that token alone, its silence for all of the session.
/// Bounded; what falls out costs a call at most.
final class Cooldown {
  static final Duration BETWEEN_FORCED = Duration.ofSeconds(10);
  private static final Duration SHORTEST = Duration.ofSeconds(3);
  private static final Duration LONGEST = Duration.ofMinutes(1);
  private static final int MOST = 100_000;

  private final InstantSource clock;
  private final Cache<Wanted, Instant> asked;
  private final Cache<Wanted, Instant> rejected;
  private final Cache<SessionKey, Instant> unavailable;

  private record Wanted(SessionKey key, Need need) {}

  Cooldown(InstantSource clock) {
    this.clock = clock;
    this.asked = remembering();
    this.rejected = remembering();
    this.unavailable = remembering();
  }

  private <K> Cache<K, Instant> remembering() {
    return Caffeine.newBuilder()
        .maximumSize(MOST)
        .expireAfterWrite(LONGEST)
        .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
        .executor(Runnable::run)
        .build();
  }

  /// The provider is about to be asked.
  void asked(SessionKey key, Need need) {
    var wanted = new Wanted(key, need);
    asked.put(wanted, clock.instant());
    rejected.invalidate(wanted);
    unavailable.invalidate(key);
  }

  void rejected(SessionKey key, Need need, Duration pause) {
    rejected.put(new Wanted(key, need), until(pause));
  }

  void unavailable(SessionKey key, Duration pause) {
    unavailable.put(key, until(pause));
  }

  private Instant until(Duration pause) {
    var bounded = pause.compareTo(LONGEST) > 0 ? LONGEST : pause;
    return clock.instant().plus(bounded.compareTo(SHORTEST) < 0 ? SHORTEST : bounded);
  }

  boolean askedJustNow(SessionKey key, Need need) {
    var last = asked.getIfPresent(new Wanted(key, need));
    return last != null && isAhead(last.plus(BETWEEN_FORCED), BETWEEN_FORCED, clock.instant());
  }

  boolean isCooling(SessionKey key, Need need) {
    return answer(key, need).isPresent();
  }

  /// What to answer while the provider is left alone; empty when it may be asked.
  Optional<TokenOutcome> answer(SessionKey key, Need need) {
    var now = clock.instant();
    var silentUntil = unavailable.getIfPresent(key);
    if (silentUntil != null && isAhead(silentUntil, LONGEST, now)) {
      return Optional.of(new TokenOutcome.TryLater(Duration.between(now, silentUntil)));
    }
    var rejectedUntil = rejected.getIfPresent(new Wanted(key, need));
    return rejectedUntil != null && isAhead(rejectedUntil, LONGEST, now)
        ? Optional.of(new TokenOutcome.ProviderRejected())
        : Optional.empty();
  }

  /// Whether a pause of at most `most` still lasts. One that seems to last longer began before the
  /// clock was set back, and is over.
  private static boolean isAhead(Instant until, Duration most, Instant now) {
    return now.isBefore(until) && !now.plus(most).isBefore(until);
  }
}
