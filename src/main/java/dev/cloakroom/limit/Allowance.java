package dev.cloakroom.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How often each client may do a thing: a token bucket per address, full at first, refilled over a
/// minute. Remembers a bounded number of clients, none longer than a minute, after which its bucket
/// is full again. Shared by all event loops.
public final class Allowance {
  private static final int MAX_CLIENTS = 100_000;
  private static final Duration REFILL = Duration.ofMinutes(1);

  private final Optional<Integer> perMinute;
  private final InstantSource clock;
  private final Cache<String, Bucket> buckets;

  /// What is left of a bucket.
  ///
  /// @param granted the last who asked got a token
  private record Bucket(double tokens, Instant at, boolean granted) {}

  /// Makes the buckets.
  ///
  /// @param perMinute both the size and the refill of a bucket; empty: no bound
  public Allowance(Optional<Integer> perMinute, InstantSource clock) {
    this.perMinute = perMinute;
    this.clock = clock;
    this.buckets =
        Caffeine.newBuilder()
            .maximumSize(MAX_CLIENTS)
            .expireAfterWrite(REFILL)
            .ticker(() -> Duration.between(Instant.EPOCH, clock.instant()).toNanos())
            .build();
  }

  /// How long to wait for a token; empty when there is one. Takes none.
  public Optional<Duration> untilAllowed(String client) {
    return perMinute.flatMap(
        size -> {
          var wait = wait(filled(buckets.getIfPresent(client), size), size);
          return wait.isPositive() ? Optional.of(wait) : Optional.empty();
        });
  }

  /// Takes a token, or says how long to wait for one; both in one step, so that callers that come
  /// at the same time get no more than there are.
  public Optional<Duration> take(String client) {
    if (perMinute.isEmpty()) {
      return Optional.empty();
    }
    int size = perMinute.get();
    var left = buckets.asMap().compute(client, (_, old) -> taken(filled(old, size)));
    return left.granted() ? Optional.empty() : Optional.of(wait(left.tokens(), size));
  }

  private Bucket taken(double tokens) {
    return tokens >= 1
        ? new Bucket(tokens - 1, clock.instant(), true)
        : new Bucket(tokens, clock.instant(), false);
  }

  private static Duration wait(double tokens, int size) {
    return Duration.ofMillis((long) Math.ceil((1 - tokens) * REFILL.toMillis() / size));
  }

  /// Takes a token where there is one.
  public void spend(String client) {
    perMinute.ifPresent(
        size ->
            buckets
                .asMap()
                .compute(
                    client,
                    (_, old) ->
                        new Bucket(Math.max(0, filled(old, size) - 1), clock.instant(), true)));
  }

  private double filled(@Nullable Bucket bucket, int size) {
    if (bucket == null) {
      return size;
    }
    double passed = Duration.between(bucket.at(), clock.instant()).toMillis();
    if (passed < 0) {
      return size; // the clock was set back: nobody waits until it has caught up
    }
    return Math.min(size, bucket.tokens() + passed * size / REFILL.toMillis());
  }
}
