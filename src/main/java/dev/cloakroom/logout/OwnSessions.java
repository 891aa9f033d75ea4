package dev.cloakroom.logout;

import dev.cloakroom.oidc.Identity;
import dev.cloakroom.session.EndCause;
import dev.cloakroom.session.FrontEnd;
import dev.cloakroom.session.Revoker;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionCard;
import dev.cloakroom.session.SessionKey;
import dev.cloakroom.session.SessionSelector;
import dev.cloakroom.session.SessionStore;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;

/// Lets a user see and end the sessions of his own: those of the same front end, issuer and subject
/// as the session he asks from.
public final class OwnSessions {
  /// How old the login may be of whoever ends a session from another one.
  public static final Duration FRESH = Duration.ofMinutes(15);

  private final SessionStore sessions;
  private final Revoker revoker;
  private final InstantSource clock;

  public OwnSessions(SessionStore sessions, Revoker revoker, InstantSource clock) {
    this.sessions = sessions;
    this.revoker = revoker;
    this.clock = clock;
  }

  /// The sessions of the user of `mine`, the oldest first.
  public Future<SessionStore.Listed> list(Session mine) {
    return sessions.list(ofTheUser(mine));
  }

  static SessionSelector ofTheUser(Session session) {
    return ofTheUser(session.frontEnd(), session.identity());
  }

  private static SessionSelector ofTheUser(SessionCard card) {
    return ofTheUser(card.frontEnd(), card.identity());
  }

  private static SessionSelector ofTheUser(FrontEnd frontEnd, Identity identity) {
    return new SessionSelector.BySubject(frontEnd, identity.issuer(), identity.subject());
  }

  /// Ends the session of that handle, if it is one of the user's; nobody learns of another's.
  public Future<EndOutcome> end(Session mine, String handle) {
    if (!isFresh(mine)) {
      return Future.succeededFuture(new EndOutcome.LoginTooOld(FRESH));
    }
    return sessions
        .list(new SessionSelector.ByHandle(mine.frontEnd(), handle))
        .compose(
            listed ->
                switch (listed) {
                  case SessionStore.Listed.Found(var found) ->
                      found.stream()
                          .filter(seen -> ofTheUser(seen.card()).equals(ofTheUser(mine)))
                          .findFirst()
                          .map(seen -> end(seen.key()))
                          .orElseGet(() -> Future.succeededFuture(new EndOutcome.NotFound()));
                  case SessionStore.Listed.Unavailable() ->
                      Future.succeededFuture(new EndOutcome.StoreUnavailable());
                });
  }

  /// A provider that does not say when it saw the user leaves the login here to go by.
  private boolean isFresh(Session mine) {
    var loggedInAt = mine.authTime().orElse(mine.startedAt());
    return !loggedInAt.plus(FRESH).isBefore(clock.instant());
  }

  private Future<EndOutcome> end(SessionKey key) {
    return sessions
        .end(key, EndCause.ENDED_BY_USER)
        .map(
            ended ->
                switch (ended) {
                  case SessionStore.Ended.Done(var over) -> {
                    over.forEach(session -> revoker.ended(session, EndCause.ENDED_BY_USER));
                    yield new EndOutcome.Done();
                  }
                  case SessionStore.Ended.Unavailable() -> new EndOutcome.StoreUnavailable();
                });
  }
}
