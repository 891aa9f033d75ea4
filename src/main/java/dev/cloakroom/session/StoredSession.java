package dev.cloakroom.session;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A session in memory, with what changes about it. Its monitor guards the session, the end and the
/// listeners, so that an end and a replacement never overlap: whichever comes second sees the
/// first.
final class StoredSession {
  private final long expiresAt;
  private volatile Session session;
  private volatile long idleAt;
  private @Nullable EndCause ended;
  private @Nullable List<Consumer<EndCause>> listeners;

  /// Both instants are milliseconds since the epoch, so that the hot path allocates nothing.
  StoredSession(Session session, long idleAt) {
    this.session = session;
    this.expiresAt = session.expiresAt().toEpochMilli();
    this.idleAt = idleAt;
  }

  Session session() {
    return session;
  }

  /// The nearer of the idle and the absolute deadline.
  long deadline() {
    return Math.min(idleAt, expiresAt);
  }

  /// When it was last used, to the step that [#slides] goes by.
  Instant lastSeenAt(Duration idleTimeout) {
    return Instant.ofEpochMilli(idleAt).minus(idleTimeout);
  }

  Instant idleExpiresAt() {
    return Instant.ofEpochMilli(deadline());
  }

  /// Moves the idle deadline, unless it would move less than `step`: many calls in one second cost
  /// one write. True when it moved.
  boolean slides(long to, long step) {
    if (to - idleAt <= step) {
      return false;
    }
    idleAt = to; // a lost race costs the difference between two calls
    return true;
  }

  EndCause expiry() {
    return idleAt < expiresAt ? EndCause.IDLE : EndCause.ABSOLUTE;
  }

  synchronized SessionStore.Replaced replace(Session next) {
    if (ended != null) {
      return new SessionStore.Replaced.Gone();
    }
    if (session.version() != next.version() - 1) {
      return new SessionStore.Replaced.Superseded(session);
    }
    session = next;
    return new SessionStore.Replaced.Stored(next);
  }

  /// Ends it. The first caller gets the listeners to tell, everybody else nothing.
  synchronized Optional<List<Consumer<EndCause>>> end(EndCause cause) {
    if (ended != null) {
      return Optional.empty();
    }
    ended = cause;
    List<Consumer<EndCause>> told = listeners == null ? List.of() : listeners;
    listeners = null;
    return Optional.of(told);
  }

  SessionStore.Watch watch(Consumer<EndCause> listener) {
    EndCause over;
    synchronized (this) {
      over = ended;
      if (over == null) {
        listeners = listeners == null ? new ArrayList<>(2) : listeners;
        listeners.add(listener);
      }
    }
    if (over != null) {
      listener.accept(over);
    }
    return () -> forget(listener);
  }

  private synchronized void forget(Consumer<EndCause> listener) {
    if (listeners != null && listeners.remove(listener) && listeners.isEmpty()) {
      listeners = null;
    }
  }
}
