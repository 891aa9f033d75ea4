package dev.cloakroom.edge;

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
final class Allowance {
  private static final int MAX_CLIENTS = 100_000;
  private static final Duration REFILL = Duration.ofMinutes(1);

  private final Optional<Integer> perMinute;
  private final InstantSource clock;
  private final Cache<String, Bucket> buckets;

  private record Bucket(double tokens, Instant at) {}

  /// Makes the buckets.
  ///
  /// @param perMinute both the size and the refill of a bucket; empty: no bound
  Allowance(Optional<Integer> perMinute, InstantSource clock) {
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
  Optional<Duration> untilAllowed(String client) {
    return perMinute.flatMap(
        size -> {
          double tokens = filled(buckets.getIfPresent(client), size);
          long missing = (long) Math.ceil((1 - tokens) * REFILL.toMillis() / size);
          return missing > 0 ? Optional.of(Duration.ofMillis(missing)) : Optional.empty();
        });
  }

  /// Takes a token where there is one.
  void spend(String client) {
    perMinute.ifPresent(
        size ->
            buckets
                .asMap()
                .compute(
                    client,
                    (_, old) -> new Bucket(Math.max(0, filled(old, size) - 1), clock.instant())));
  }

  private double filled(@Nullable Bucket bucket, int size) {
    if (bucket == null) {
      return size;
    }
    double passed = Duration.between(bucket.at(), clock.instant()).toMillis();
    return Math.min(size, bucket.tokens() + passed * size / REFILL.toMillis());
  }
}
