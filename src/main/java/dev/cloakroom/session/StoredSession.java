package dev.cloakroom.session;

import com.github.benmanes.caffeine.cache.Expiry;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A session in memory, with what changes about it. Its monitor guards the session and the end, so
/// that an end and a replacement never overlap: whichever comes second sees the first.
///
/// One that an earlier process left lies asleep, sealed, until its cookie comes: it has its card
/// and its deadlines, can be listed and can end, and nobody sees its tokens.
final class StoredSession {
  private final long expiresAt;
  private volatile @Nullable Session session; // null while it is asleep
  private volatile @Nullable SessionId id; // known only where it is to be sealed
  private volatile @Nullable Asleep asleep;
  private volatile long idleAt;
  private boolean ended;

  private record Asleep(SealedSession sealed, SessionCard card) {}

  /// Takes an instant in milliseconds since the epoch, so that the hot path allocates nothing.
  ///
  /// @param id kept for sealing; null where the store ends with the process
  StoredSession(Session session, long idleAt, @Nullable SessionId id) {
    this.session = session;
    this.expiresAt = session.expiresAt().toEpochMilli();
    this.idleAt = idleAt;
    this.id = id;
  }

  /// A session that is asleep.
  StoredSession(SealedSession sealed, SessionCard card) {
    this.asleep = new Asleep(sealed, card);
    this.expiresAt = card.expiresAt().toEpochMilli();
    this.idleAt = sealed.idleExpiresAt().toEpochMilli();
  }

  /// Null while it is asleep.
  @Nullable Session session() {
    return session;
  }

  /// What lies here while it is asleep.
  @Nullable SealedSession sealed() {
    var sleeping = asleep;
    return sleeping == null ? null : sleeping.sealed();
  }

  SessionCard card() {
    var sleeping = asleep; // read first: waking sets the session before it clears this
    var open = session;
    return sleeping == null || open != null
        ? SessionCard.of(Objects.requireNonNull(open))
        : sleeping.card();
  }

  /// Wakes it with what was sealed. Answers the session, whoever woke it; null when it ended.
  synchronized @Nullable Session wake(SessionId cookie, Session opened) {
    if (ended) {
      return null;
    }
    if (session == null) {
      session = opened;
      id = cookie;
      asleep = null;
    }
    return session;
  }

  /// As it goes into a snapshot: a session that nobody woke goes as it came.
  synchronized SealedSession seal(SessionSeal seal) {
    var idle = Instant.ofEpochMilli(idleAt);
    var open = session;
    var sleeping = asleep;
    if (open != null) {
      return seal.sealNameless(Objects.requireNonNull(id), open, idle);
    }
    var sealed = Objects.requireNonNull(sleeping).sealed();
    return new SealedSession(
        sealed.key(),
        sealed.version(),
        sealed.session(),
        sealed.card(),
        idle,
        sealed.expiresAt(),
        sealed.names());
  }

  /// The nearer of the idle and the absolute deadline.
  long deadline() {
    return Math.min(idleAt, expiresAt);
  }

  /// When it was last used, to the step that [Deadline#isToSlide(StoredSession,long)] goes by.
  Instant lastSeenAt(Duration idleTimeout) {
    return Instant.ofEpochMilli(idleAt).minus(idleTimeout);
  }

  Instant idleExpiresAt() {
    return Instant.ofEpochMilli(deadline());
  }

  private void slide(long to) {
    idleAt = to; // a lost race costs the difference between two calls
  }

  EndCause expiry() {
    return idleAt < expiresAt ? EndCause.IDLE : EndCause.ABSOLUTE;
  }

  /// Replaces a session that is awake.
  synchronized SessionStore.Replaced replace(Session next) {
    var current = session;
    if (ended || current == null) {
      return new SessionStore.Replaced.Gone();
    }
    if (current.version() != next.version() - 1) {
      return new SessionStore.Replaced.Superseded(current);
    }
    session = next;
    return new SessionStore.Replaced.Stored(next);
  }

  /// Ends it. True for the first caller, who is to say so.
  synchronized boolean end() {
    boolean isFirst = !ended;
    ended = true;
    return isFirst;
  }

  /// The nearer of both deadlines, in the nanoseconds Caffeine counts in. A read through the cache
  /// slides the session, and moves it to the end of those that go first; quiet reads and writes do
  /// not. It costs more than all else that a store does for a call, in memory that no processor has
  /// near: so a use is quiet unless it [#isToSlide(StoredSession,long)].
  static final class Deadline implements Expiry<SessionKey, StoredSession> {
    private static final long NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int STEPS = 64;
    private static final Duration COARSEST_STEP = Duration.ofSeconds(10);

    private final long idle;
    private final long step;

    Deadline(Duration idleTimeout) {
      this.idle = idleTimeout.toMillis();
      this.step = Math.min(COARSEST_STEP.toMillis(), idle / STEPS);
    }

    @Override
    public long expireAfterCreate(SessionKey key, StoredSession stored, long now) {
      return left(stored, now);
    }

    @Override
    public long expireAfterUpdate(SessionKey key, StoredSession stored, long now, long current) {
      return left(stored, now);
    }

    @Override
    public long expireAfterRead(SessionKey key, StoredSession stored, long now, long current) {
      stored.slide(now / NANOS + idle);
      return left(stored, now);
    }

    /// Whether a use moves the idle deadline so far that it is worth it. A session that is used on
    /// and on ends at most a step before its idle time is over.
    boolean isToSlide(StoredSession stored, long millis) {
      return millis + idle - stored.idleAt > step;
    }

    private static long left(StoredSession stored, long now) {
      return stored.deadline() * NANOS - now;
    }
  }
}
