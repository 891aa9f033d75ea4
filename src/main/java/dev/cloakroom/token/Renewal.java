package dev.cloakroom.token;

import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import dev.cloakroom.session.EndCause;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionId;
import dev.cloakroom.session.SessionStore;
import dev.cloakroom.token.TokenOutcome.LoginRequired;
import dev.cloakroom.token.TokenOutcome.ProviderRejected;
import dev.cloakroom.token.TokenOutcome.Ready;
import dev.cloakroom.token.TokenOutcome.StoreUnavailable;
import dev.cloakroom.token.TokenOutcome.TryLater;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// Spends a refresh token and draws the consequences in the store. Whoever calls it holds the lease
/// and has just read the session past any cache.
final class Renewal {
  private static final Duration AFTER_REJECTION = Duration.ofSeconds(10);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final SessionStore sessions;
  private final UnsavedTokens unsaved;
  private final Cooldown cooldown;
  private final RefreshPolicy policy;
  private final InstantSource clock;
  private final Observer observer;

  Renewal(
      SessionStore sessions,
      UnsavedTokens unsaved,
      Cooldown cooldown,
      RefreshPolicy policy,
      InstantSource clock,
      Observer observer) {
    this.sessions = sessions;
    this.unsaved = unsaved;
    this.cooldown = cooldown;
    this.policy = policy;
    this.clock = clock;
    this.observer = observer;
  }

  Future<TokenOutcome> spend(SessionId id, RefreshPolicy.Step.Spend step, Need need) {
    var stored = step.stored();
    var began = clock.instant();
    cooldown.asked(stored.key(), need);
    return Future.succeededFuture()
        .compose(_ -> ask(step, need))
        .onFailure(_ -> cooldown.unavailable(stored.key(), Duration.ZERO))
        .onSuccess(answered -> say(stored, need, answered, began))
        .compose(answered -> apply(id, stored, need, answered));
  }

  private static Future<Answered> ask(RefreshPolicy.Step.Spend step, Need need) {
    var stored = step.stored();
    var tokens = stored.tokens();
    return switch (need) {
      case Need.Own() ->
          step.provider()
              .refresh(tokens, stored.identity())
              .map(outcome -> Answered.of(stored, outcome));
      case Need.Other(var target) ->
          step.provider()
              .obtain(tokens, stored.identity(), target)
              .map(outcome -> Answered.of(stored, target, outcome));
    };
  }

  private Future<TokenOutcome> apply(SessionId id, Session stored, Need need, Answered answered) {
    return switch (answered) {
      case Answered.Renewed(var next) -> save(id, next, need);
      case Answered.Revoked(_) -> end(id, stored, need);
      case Answered.Rejected(_) -> {
        cooldown.rejected(stored.key(), need, AFTER_REJECTION);
        yield oldOr(stored, need, new ProviderRejected());
      }
      case Answered.Unavailable(var retryAfter) -> {
        cooldown.unavailable(stored.key(), retryAfter);
        yield oldOr(stored, need, new TryLater(retryAfter));
      }
    };
  }

  private Future<TokenOutcome> oldOr(Session stored, Need need, TokenOutcome otherwise) {
    return answer(policy.isUsable(stored, need) ? new Ready(stored) : otherwise);
  }

  /// Stores new tokens, which nobody may use before.
  Future<TokenOutcome> save(SessionId id, Session next, Need need) {
    return unsaved
        .save(id, next)
        .compose(
            answer ->
                switch (answer) {
                  case SessionStore.Replaced.Stored(var stored) -> answer(new Ready(stored));
                  case SessionStore.Replaced.Superseded(var current) -> answer(of(current, need));
                  case SessionStore.Replaced.Gone() -> gone(id);
                  case SessionStore.Replaced.Unavailable() -> answer(new StoreUnavailable());
                });
  }

  /// Ends the session, unless somebody has replaced the tokens this was decided by.
  Future<TokenOutcome> end(SessionId id, Session session, Need need) {
    return sessions
        .endIf(session, EndCause.REFRESH_REFUSED)
        .compose(
            ended ->
                switch (ended) {
                  case SessionStore.EndedIf.Done() -> gone(id);
                  case SessionStore.EndedIf.Superseded(var current) -> answer(of(current, need));
                  case SessionStore.EndedIf.Unavailable() -> answer(new StoreUnavailable());
                });
  }

  /// Somebody else may have ended it, and the store remembers who.
  private Future<TokenOutcome> gone(SessionId id) {
    return sessions
        .reread(id)
        .map(
            found ->
                found instanceof SessionStore.Lookup.Gone
                    ? new TokenOutcome.Ended()
                    : new LoginRequired());
  }

  private static Future<TokenOutcome> answer(TokenOutcome outcome) {
    return Future.succeededFuture(outcome);
  }

  /// Somebody else was first. What they stored may be old by now, after a standstill.
  private TokenOutcome of(Session current, Need need) {
    return policy.isUsable(current, need) ? new Ready(current) : new TryLater(RETRY);
  }

  private void say(Session session, Need need, Answered answered, Instant began) {
    var took = Duration.between(began, clock.instant());
    observer.on(
        switch (need) {
          case Need.Own() ->
              new Event.TokenRefreshed(
                  session.provider(), answered.outcome(), answered.problem(), took);
          case Need.Other(var target) ->
              new Event.TokenObtained(
                  session.provider(), target.grant(), answered.outcome(), answered.problem(), took);
        });
  }
}
