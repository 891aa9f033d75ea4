package dev.cloakroom.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.cloakroom.session.SessionKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Remembers the last refresh of each session for a short while: a provider that fails is asked
/// once every few seconds and session, and nobody can force more than one refresh in ten seconds.
/// Bounded; what falls out costs a call at most.
final class Cooldown {
  static final Duration BETWEEN_FORCED = Duration.ofSeconds(10);
  private static final Duration SHORTEST = Duration.ofSeconds(3);
  private static final Duration LONGEST = Duration.ofMinutes(1);
  private static final int MOST = 100_000;

  private final InstantSource clock;
  private final Cache<SessionKey, Tried> tried;

  Cooldown(InstantSource clock) {
    this.clock = clock;
    this.tried =
        Caffeine.newBuilder()
            .maximumSize(MOST)
            .expireAfterWrite(LONGEST)
            .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
            .executor(Runnable::run)
            .build();
  }

  void asked(SessionKey key) {
    tried.put(key, new Tried(clock.instant(), Failure.NONE, Instant.MIN));
  }

  void failed(SessionKey key, Failure failure, Duration pause) {
    var now = clock.instant();
    var bounded = pause.compareTo(LONGEST) > 0 ? LONGEST : pause;
    var atLeast = bounded.compareTo(SHORTEST) < 0 ? SHORTEST : bounded;
    tried.put(key, new Tried(now, failure, now.plus(atLeast)));
  }

  boolean askedJustNow(SessionKey key) {
    var last = tried.getIfPresent(key);
    return last != null && clock.instant().isBefore(last.at.plus(BETWEEN_FORCED));
  }

  boolean isCooling(SessionKey key) {
    return cooling(key) != null;
  }

  /// What to answer while the provider is left alone; empty when it may be asked.
  Optional<TokenOutcome> answer(SessionKey key) {
    var last = cooling(key);
    if (last == null) {
      return Optional.empty();
    }
    return switch (last.failure) {
      case NONE -> Optional.empty();
      case REJECTED -> Optional.of(new TokenOutcome.ProviderRejected());
      case UNAVAILABLE ->
          Optional.of(new TokenOutcome.TryLater(Duration.between(clock.instant(), last.until)));
    };
  }

  private @Nullable Tried cooling(SessionKey key) {
    var last = tried.getIfPresent(key);
    return last != null && clock.instant().isBefore(last.until) ? last : null;
  }

  enum Failure {
    NONE,
    REJECTED,
    UNAVAILABLE
  }

  private record Tried(Instant at, Failure failure, Instant until) {}
}
