package dev.cloakroom.session.redis;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.cloakroom.session.EndCause;
import dev.cloakroom.session.SealedSession;
import dev.cloakroom.session.SessionKey;
import dev.cloakroom.session.SessionSelector;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/// What has to be said again when the Redis is back: ends asked for while it was away, and what was
/// written shortly before, which a server that takes over may never have heard of. Bounded; safe
/// from every thread.
final class Backlog {
  static final int MOST = 10_000;
  private static final Duration ENDS = Duration.ofMinutes(10);
  private static final Duration REPLACEMENTS = Duration.ofMinutes(1);

  private final Deque<Owed> owed = new ArrayDeque<>();
  private final Cache<SessionKey, EndCause> ends;
  private final Cache<SessionKey, SealedSession> replacements;

  /// An end that was asked for, and of which nobody knows that it was carried out.
  sealed interface Owed {
    EndCause cause();

    record One(Ending ending) implements Owed {
      @Override
      public EndCause cause() {
        return ending.cause();
      }
    }

    /// The sessions of a name.
    ///
    /// @param latest sessions that started later are not meant
    /// @param held those that were open on this node
    record All(
        SessionSelector selector, EndCause cause, OptionalLong latest, List<NearSessions.Near> held)
        implements Owed {}
  }

  Backlog(InstantSource clock) {
    Ticker ticker = () -> TimeUnit.MILLISECONDS.toNanos(clock.millis());
    this.ends = kept(ticker, ENDS);
    this.replacements = kept(ticker, REPLACEMENTS);
  }

  private static <K, V> Cache<K, V> kept(Ticker ticker, Duration life) {
    return Caffeine.newBuilder()
        .maximumSize(MOST)
        .ticker(ticker)
        .executor(Runnable::run)
        .expireAfterWrite(life)
        .build();
  }

  /// False when there is no room.
  synchronized boolean owe(Owed one) {
    if (owed.size() >= MOST) {
      return false;
    }
    owed.add(one);
    return true;
  }

  synchronized List<Owed> takeOwed() {
    if (owed.isEmpty()) {
      return List.of();
    }
    var all = List.copyOf(owed);
    owed.clear();
    return all;
  }

  void ended(SessionKey key, EndCause cause) {
    replacements.invalidate(key);
    ends.asMap().putIfAbsent(key, cause);
  }

  void replaced(SealedSession sealed) {
    replacements.put(sealed.key(), sealed);
  }

  List<Map.Entry<SessionKey, EndCause>> ends() {
    return new ArrayList<>(ends.asMap().entrySet());
  }

  List<SealedSession> replacements() {
    return List.copyOf(replacements.asMap().values());
  }
}
