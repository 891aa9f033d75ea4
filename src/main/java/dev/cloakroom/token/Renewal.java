package dev.cloakroom.token;

import static dev.cloakroom.token.Cooldown.Failure.REJECTED;
import static dev.cloakroom.token.Cooldown.Failure.UNAVAILABLE;

import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import dev.cloakroom.oidc.Provider;
import dev.cloakroom.oidc.RefreshOutcome;
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

  Future<TokenOutcome> spend(SessionId id, RefreshPolicy.Step.Spend step) {
    var stored = step.stored();
    var began = clock.instant();
    cooldown.asked(stored.key());
    return refreshed(step.provider(), stored)
        .onFailure(_ -> cooldown.failed(stored.key(), UNAVAILABLE, Duration.ZERO))
        .compose(outcome -> apply(id, stored, outcome, began));
  }

  private static Future<RefreshOutcome> refreshed(Provider provider, Session stored) {
    return Future.succeededFuture()
        .compose(_ -> provider.refresh(stored.tokens(), stored.identity()));
  }

  private Future<TokenOutcome> apply(
      SessionId id, Session stored, RefreshOutcome outcome, Instant began) {
    var key = stored.key();
    return switch (outcome) {
      case RefreshOutcome.Renewed(var tokens) -> {
        say(stored, "renewed", began);
        yield save(id, stored.with(tokens));
      }
      case RefreshOutcome.Revoked(_) -> {
        say(stored, "revoked", began);
        yield end(id, stored);
      }
      case RefreshOutcome.Rejected(_) -> {
        say(stored, "rejected", began);
        cooldown.failed(key, REJECTED, AFTER_REJECTION);
        yield oldOr(stored, new ProviderRejected());
      }
      case RefreshOutcome.Unavailable(var retryAfter) -> {
        say(stored, "unavailable", began);
        cooldown.failed(key, UNAVAILABLE, retryAfter);
        yield oldOr(stored, new TryLater(retryAfter));
      }
    };
  }

  private Future<TokenOutcome> oldOr(Session stored, TokenOutcome otherwise) {
    return answer(policy.isUsable(stored) ? new Ready(stored) : otherwise);
  }

  /// Stores new tokens, which nobody may use before.
  Future<TokenOutcome> save(SessionId id, Session next) {
    return unsaved
        .save(id, next)
        .compose(
            answer ->
                switch (answer) {
                  case SessionStore.Replaced.Stored(var stored) -> answer(new Ready(stored));
                  case SessionStore.Replaced.Superseded(var current) -> answer(of(current));
                  case SessionStore.Replaced.Gone() -> gone(id);
                  case SessionStore.Replaced.Unavailable() -> answer(new StoreUnavailable());
                });
  }

  /// Ends the session, unless somebody has replaced the tokens this was decided by.
  Future<TokenOutcome> end(SessionId id, Session session) {
    return sessions
        .endIf(session, EndCause.REFRESH_REFUSED)
        .compose(
            ended ->
                switch (ended) {
                  case SessionStore.EndedIf.Done() -> gone(id);
                  case SessionStore.EndedIf.Superseded(var current) -> answer(of(current));
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
  private TokenOutcome of(Session current) {
    return policy.isUsable(current) ? new Ready(current) : new TryLater(RETRY);
  }

  private void say(Session session, String outcome, Instant began) {
    var took = Duration.between(began, clock.instant());
    observer.on(new Event.TokenRefreshed(session.provider(), outcome, took));
  }
}
