package dev.cloakroom.session.redis;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.cloakroom.session.EndCause;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionId;
import dev.cloakroom.session.SessionKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What this node remembers of sessions: open ones for half a minute, ends for ten, deadlines as
/// long as they last. Whether it may be believed is the [RedisLink]'s to say. Safe from every
/// thread.
final class NearSessions {
  private static final Duration LIFE = Duration.ofSeconds(30);
  private static final Duration REMEMBERED = Duration.ofMinutes(10);
  private static final Duration HEARD = Duration.ofMinutes(1);
  private static final int MOST_REMEMBERED = 100_000;
  private static final long ENDED = Long.MAX_VALUE;
  private static final long NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final Cache<SessionKey, Near> open;
  private final Cache<SessionKey, EndCause> ends;
  private final Cache<SessionKey, Long> heard;
  private final Cache<SessionKey, Long> deadlines;
  private final Queue<SessionKey> due = new ConcurrentLinkedQueue<>();

  /// An open session, with what opens it again.
  static final class Near {
    private final Session session;
    private final SessionId id;
    private final long expiresAt;
    private volatile long idleAt;
    private volatile boolean outdated;

    Near(Session session, SessionId id, long idleAt) {
      this.session = session;
      this.id = id;
      this.expiresAt = session.expiresAt().toEpochMilli();
      this.idleAt = idleAt;
    }

    Session session() {
      return session;
    }

    SessionId id() {
      return id;
    }

    long deadline() {
      return Math.min(idleAt, expiresAt);
    }

    EndCause expiry() {
      return idleAt < expiresAt ? EndCause.IDLE : EndCause.ABSOLUTE;
    }

    /// Moves the idle deadline, unless by less than `step`; true when it moved.
    boolean slides(long to, long step) {
      if (to - idleAt < step) {
        return false;
      }
      idleAt = to;
      return true;
    }
  }

  NearSessions(int mostSessions, Duration outageGrace, InstantSource clock) {
    Ticker ticker = () -> clock.millis() * NANOS;
    this.open = bounded(mostSessions, ticker).expireAfterWrite(LIFE.plus(outageGrace)).build();
    this.ends = bounded(MOST_REMEMBERED, ticker).expireAfterWrite(REMEMBERED).build();
    this.heard = bounded(MOST_REMEMBERED, ticker).expireAfterWrite(HEARD).build();
    this.deadlines =
        bounded(mostSessions, ticker)
            .expireAfter(
                Expiry.writing(
                    (SessionKey _, Long deadline) ->
                        Duration.ofMillis(Math.max(0, deadline - clock.millis()))))
            .removalListener(this::removed)
            .build();
  }

  private static Caffeine<Object, Object> bounded(int most, Ticker ticker) {
    return Caffeine.newBuilder().maximumSize(most).ticker(ticker).executor(Runnable::run);
  }

  private void removed(@Nullable SessionKey key, @Nullable Long deadline, RemovalCause cause) {
    if (key != null && cause == RemovalCause.EXPIRED) {
      due.add(key);
    }
  }

  @Nullable Near get(SessionKey key) {
    var near = open.getIfPresent(key);
    return near == null || near.outdated ? null : near;
  }

  /// A session that is open here, if only in a version that is out of date.
  Optional<Near> held(SessionKey key) {
    return Optional.ofNullable(open.getIfPresent(key));
  }

  /// How this node knows the session to have ended.
  Optional<EndCause> ended(SessionKey key) {
    return Optional.ofNullable(ends.getIfPresent(key));
  }

  /// Remembers an open session, unless something newer was heard of it: an answer may be overtaken
  /// by the message of an end.
  void put(Near near) {
    var key = near.session().key();
    var _ =
        open.asMap()
            .compute(
                key,
                (_, known) -> {
                  var newest = heard.getIfPresent(key);
                  if (newest != null && newest > near.session().version()) {
                    return known;
                  }
                  return known != null && known.session().version() > near.session().version()
                      ? known
                      : near;
                });
    expect(key, near.deadline());
  }

  /// Somebody stored a newer version.
  void replaced(SessionKey key, long version) {
    heard.asMap().merge(key, version, Math::max);
    var known = open.getIfPresent(key);
    if (known != null && known.session().version() < version) {
      known.outdated = true;
    }
  }

  /// The session is over. Answers it as it was open here.
  Optional<Near> end(SessionKey key, EndCause cause) {
    if (cause.remembered()) { // before it is gone, so that nobody finds neither
      ends.asMap().putIfAbsent(key, cause);
    }
    heard.put(key, ENDED);
    deadlines.invalidate(key);
    return Optional.ofNullable(open.asMap().remove(key));
  }

  /// What is open here and answers to `name`.
  List<Near> matching(Predicate<Session> name) {
    return open.asMap().values().stream().filter(near -> name.test(near.session())).toList();
  }

  /// From now on this node looks after the session's deadline.
  void expect(SessionKey key, long deadline) {
    deadlines.put(key, deadline);
  }

  /// At most `most` sessions whose deadline, as it is known here, has passed.
  List<SessionKey> due(int most) {
    deadlines.cleanUp();
    var found = new ArrayList<SessionKey>();
    for (var key = due.poll(); key != null; key = found.size() < most ? due.poll() : null) {
      found.add(key);
    }
    return found;
  }

  void clear() {
    open.invalidateAll();
  }

  long size() {
    return deadlines.estimatedSize();
  }
}
