package dev.cloakroom.session;

import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Keeps sessions. Every implementation passes `SessionStoreContract`. An outage of the store is a
/// value (`Unavailable`), never a failed future; a failed future is a fault.
public interface SessionStore {

  /// The live session, if it can be had at once and without a `Future`: the hot path. Slides the
  /// idle deadline when `touch`. Null means "ask [#find]".
  @Nullable Session peek(SessionId id, boolean touch);

  /// Looks a session up; slides the idle deadline when `touch`.
  Future<Lookup> find(SessionId id, boolean touch);

  /// Looks a session up past anything this node remembers of it; slides nothing. For whoever is
  /// about to spend a refresh token.
  Future<Lookup> reread(SessionId id);

  /// Stores a new session and ends the one it replaces, both or neither.
  Future<Started> start(SessionId id, Session session, Optional<SessionKey> replaced);

  /// Stores a session in place of the one that waits for its code to be redeemed, if that one is
  /// still there: of many who ask, one gets it. Whoever means to end the waiting one, or the login,
  /// ends either that one, and there is no new one, or the new one.
  ///
  /// @param session with the names of the waiting one, under a key of its own
  Future<Redeemed> redeem(SessionId id, Session session, SessionKey waiting);

  /// Stores `next` if the stored session is the one it was made from (`next.version() - 1`).
  Future<Replaced> replace(SessionId id, Session next);

  /// Ends one session; answers the session it ended, where this node could still open it.
  Future<Ended> end(SessionKey key, EndCause cause);

  /// Ends the session if it is still the one that was `read`: a provider that refuses a refresh
  /// token which somebody else has meanwhile replaced says nothing about the session.
  Future<EndedIf> endIf(Session read, EndCause cause);

  /// Ends every session the selector names. From the provider, it bars a login of that provider
  /// session which is on its way here, too.
  Future<Ended> endAll(SessionSelector selector, EndCause cause);

  /// The live sessions the selector names, the oldest first. Slides nothing.
  Future<Listed> list(SessionSelector selector);

  /// Reserves the refresh of a session for one caller on one node, for `life` at most.
  Future<Lease> lease(SessionKey key, Duration life);

  /// Claims a login attempt: true once, for one caller on one node, until `forgetAt`.
  Future<Claim> claim(String attempt, Instant forgetAt);

  /// Whether somebody has claimed it; claims nothing. For whoever claims only what succeeded.
  Future<Claimed> claimed(String attempt);

  /// Calls `listener` once when the session ends, whatever the cause; `close` the answer to stop
  /// listening. A session that is already gone is reported at once, as [EndCause#IDLE] where nobody
  /// remembers the cause. Listeners run on the thread that ends the session, so they only hand
  /// over.
  Watch watch(SessionKey key, Consumer<EndCause> listener);

  /// Ends what is past its deadline, and says so to whoever watches. Called by a timer; tests call
  /// it themselves.
  Future<Void> sweep();

  /// Live sessions that this node knows, roughly.
  long size();

  sealed interface Lookup {
    record Live(Session session, Instant idleExpiresAt) implements Lookup {}

    /// It ended within the last ten minutes.
    record Gone(EndCause cause) implements Lookup {}

    record Unknown() implements Lookup {}

    record Unavailable() implements Lookup {}
  }

  sealed interface Started {
    /// It is stored.
    ///
    /// @param ended the sessions that made room: the one replaced, and what `max_per_user` cost
    record Stored(Session session, List<Session> ended) implements Started {
      public Stored {
        ended = List.copyOf(ended);
      }
    }

    /// The provider logged this very login out before it was stored.
    record LoggedOut() implements Started {}

    record Unavailable() implements Started {}
  }

  sealed interface Redeemed {
    /// It is stored, and the waiting one is over.
    ///
    /// @param ended the sessions that made room: what `max_per_user` cost
    record Stored(Session session, List<Session> ended) implements Redeemed {
      public Stored {
        ended = List.copyOf(ended);
      }
    }

    /// The waiting one was over before; whoever ended it sees to its tokens.
    record Gone() implements Redeemed {}

    /// Somebody ended the login before the new one was stored. Its tokens are the caller's to
    /// revoke.
    record LoggedOut() implements Redeemed {}

    /// The waiting one is over, and the new one could not be stored. Its tokens are the caller's to
    /// revoke.
    record Lost() implements Redeemed {}

    /// Nobody knows of anything that was done: the code may still be good.
    record Unavailable() implements Redeemed {}
  }

  sealed interface Replaced {
    record Stored(Session session) implements Replaced {}

    /// Somebody else was first; this is what is stored now.
    record Superseded(Session current) implements Replaced {}

    record Gone() implements Replaced {}

    record Unavailable() implements Replaced {}
  }

  sealed interface Ended {
    /// They are over.
    ///
    /// @param sessions those this node could open: whoever ended them revokes their tokens
    record Done(List<Session> sessions) implements Ended {
      public Done {
        sessions = List.copyOf(sessions);
      }
    }

    record Unavailable() implements Ended {}
  }

  sealed interface EndedIf {
    /// It is over, or was before.
    record Done() implements EndedIf {}

    /// It is not the one that was read any more; this is what is stored now.
    record Superseded(Session current) implements EndedIf {}

    record Unavailable() implements EndedIf {}
  }

  /// Who may refresh.
  sealed interface Lease {
    /// The caller alone may, until it gives the lease back or `life` has gone by.
    non-sealed interface Held extends Lease {
      Future<Void> release();
    }

    /// Somebody else may.
    record Busy() implements Lease {}

    record Unavailable() implements Lease {}
  }

  sealed interface Listed {
    record Found(List<Seen> sessions) implements Listed {
      public Found {
        sessions = List.copyOf(sessions);
      }
    }

    record Unavailable() implements Listed {}
  }

  /// A session, and when it was last used.
  record Seen(SessionKey key, SessionCard card, Instant lastSeenAt) {}

  enum Claim {
    CLAIMED,
    ALREADY_CLAIMED,
    UNAVAILABLE
  }

  enum Claimed {
    YES,
    NO,
    UNAVAILABLE
  }

  /// A standing interest in the end of a session.
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }
}
