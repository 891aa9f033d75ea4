package dev.cloakroom.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.cloakroom.session.SessionStore.Claim;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the memory store remembers of what is over: ended sessions, what took their place, and
/// sessions a provider logged out for ten minutes, claims for as long as was asked. Bounded; safe
/// from every thread.
final class Tombstones {
  private static final Duration REMEMBERED = Duration.ofMinutes(10);
  private static final int MOST_REMEMBERED = 100_000;
  private static final int MOST_CLAIMS = 200_000;

  private final Cache<SessionKey, EndCause> ended;
  private final Cache<SessionKey, SessionKey> successors;
  private final Cache<SessionSelector.BySid, Boolean> loggedOut;
  private final Cache<String, Instant> claims;

  Tombstones(InstantSource clock, Ticker ticker) {
    this.ended = remembering(ticker).build();
    this.successors = remembering(ticker).build();
    this.loggedOut = remembering(ticker).build();
    this.claims =
        Caffeine.newBuilder()
            .maximumSize(MOST_CLAIMS)
            .ticker(ticker)
            .executor(Runnable::run)
            .expireAfter(
                Expiry.creating(
                    (String _, Instant forgetAt) -> Duration.between(clock.instant(), forgetAt)))
            .build();
  }

  private static Caffeine<Object, Object> remembering(Ticker ticker) {
    return Caffeine.newBuilder()
        .maximumSize(MOST_REMEMBERED)
        .ticker(ticker)
        .executor(Runnable::run)
        .expireAfterWrite(REMEMBERED);
  }

  @Nullable EndCause causeOf(SessionKey key) {
    return ended.getIfPresent(key);
  }

  /// Remembers why a session ended; the first cause stays.
  void remember(SessionKey key, EndCause cause) {
    if (cause.remembered()) {
      ended.asMap().putIfAbsent(key, cause);
    }
  }

  /// What took the place of a session, if anything did.
  @Nullable SessionKey successorOf(SessionKey key) {
    return successors.getIfPresent(key);
  }

  void rememberSuccessor(SessionKey key, SessionKey successor) {
    successors.put(key, successor);
  }

  void remember(SessionSelector.BySid loggedOutThere) {
    loggedOut.put(loggedOutThere, true);
  }

  boolean wasLoggedOut(SessionSelector.BySid name) {
    return loggedOut.getIfPresent(name) != null;
  }

  Claim claim(String what, Instant forgetAt) {
    return claims.asMap().putIfAbsent(what, forgetAt) == null
        ? Claim.CLAIMED
        : Claim.ALREADY_CLAIMED;
  }

  boolean isClaimed(String what) {
    return claims.getIfPresent(what) != null;
  }

  void sweep() {
    ended.cleanUp();
    successors.cleanUp();
    loggedOut.cleanUp();
    claims.cleanUp();
  }

  Snapshot with(Iterable<SealedSession> sessions) {
    return new Snapshot(
        sessions,
        Map.copyOf(ended.asMap()),
        List.copyOf(loggedOut.asMap().keySet()),
        Map.copyOf(claims.asMap()));
  }

  /// Remembers what another process did; the ten minutes begin anew.
  void restore(Snapshot snapshot) {
    ended.putAll(snapshot.ended());
    snapshot.loggedOut().forEach(this::remember);
    claims.putAll(snapshot.claims());
  }
}
