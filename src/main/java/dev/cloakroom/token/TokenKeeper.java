package dev.cloakroom.token;

import static dev.cloakroom.token.Cooldown.Failure.REJECTED;
import static dev.cloakroom.token.Cooldown.Failure.UNAVAILABLE;

import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import dev.cloakroom.oidc.Provider;
import dev.cloakroom.oidc.RefreshOutcome;
import dev.cloakroom.session.EndCause;
import dev.cloakroom.session.Revoker;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionId;
import dev.cloakroom.session.SessionKey;
import dev.cloakroom.session.SessionStore;
import dev.cloakroom.session.Timers;
import dev.cloakroom.token.TokenOutcome.LoginRequired;
import dev.cloakroom.token.TokenOutcome.ProviderRejected;
import dev.cloakroom.token.TokenOutcome.Ready;
import dev.cloakroom.token.TokenOutcome.StoreUnavailable;
import dev.cloakroom.token.TokenOutcome.TryLater;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Keeps the access token of a session fresh. However many calls of a session arrive at once, one
/// refresh goes out and all of them share its outcome. Safe from every event loop; a shared outcome
/// completes on the loop of whoever asked first, so that a caller must hop back to its own context
/// before it touches its request.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2 RFC 9700, 4.14.2
public final class TokenKeeper {
  private static final Duration AFTER_REJECTION = Duration.ofSeconds(10);

  private final SessionStore sessions;
  private final Map<String, Provider> providers;
  private final InstantSource clock;
  private final Observer observer;
  private final Revoker revoker;
  private final RefreshWindow window;
  private final Cooldown cooldown;
  private final UnsavedTokens unsaved;
  private final Map<SessionKey, Future<TokenOutcome>> underWay = new ConcurrentHashMap<>();

  public TokenKeeper(
      SessionStore sessions,
      Map<String, Provider> providers,
      Revoker revoker,
      Timers timers,
      InstantSource clock,
      Observer observer) {
    this.sessions = sessions;
    this.providers = Map.copyOf(providers);
    this.clock = clock;
    this.observer = observer;
    this.revoker = revoker;
    this.window = new RefreshWindow(this.providers);
    this.cooldown = new Cooldown(clock);
    this.unsaved = new UnsavedTokens(sessions, clock, timers);
  }

  /// True when the access token can be used as it is and nothing needs to happen: the hot path.
  public boolean isFresh(Session session) {
    return !window.isDue(session, clock.millis());
  }

  /// A session with a usable access token, or what to do instead. Inside the refresh-ahead window
  /// the old token is answered at once and the refresh runs beside it.
  public Future<TokenOutcome> keepFresh(SessionId id, Session session) {
    if (isFresh(session)) {
      return Future.succeededFuture(new Ready(session));
    }
    if (!isUsable(session)) {
      return refreshOnce(id, session, Wish.WHEN_DUE);
    }
    if (!cooldown.isCooling(session.key())) {
      refreshOnce(id, session, Wish.WHEN_DUE).onFailure(this::report);
    }
    return Future.succeededFuture(new Ready(session));
  }

  /// Refreshes although the access token looks fresh, because the upstream refused the token of
  /// `session` or the user asked. Shares a refresh under way, and answers what is stored when that
  /// is already another token than the caller's, or when the last refresh is less than ten seconds
  /// old.
  public Future<TokenOutcome> refreshNow(SessionId id, Session session) {
    return refreshOnce(id, session, Wish.NOW);
  }

  /// Waits for the refreshes under way and offers unsaved tokens to the store once more: for the
  /// end of the process. The caller sets the time limit.
  public Future<Void> settle() {
    return Future.join(List.copyOf(underWay.values()))
        .otherwiseEmpty()
        .compose(_ -> unsaved.saveAll());
  }

  private boolean isUsable(Session session) {
    return session.tokens().isFresh(Duration.ZERO, clock.instant());
  }

  private Future<TokenOutcome> refreshOnce(SessionId id, Session seen, Wish wish) {
    Promise<TokenOutcome> promise = Promise.promise();
    var earlier = underWay.putIfAbsent(id.key(), promise.future());
    if (earlier != null) {
      observer.on(new Event.RefreshShared(seen.provider()));
      return earlier;
    }
    Future.succeededFuture()
        .compose(_ -> look(id, seen, wish)) // a throw in there fails the future, and frees the key
        .onComplete(
            result -> {
              underWay.remove(id.key());
              promise.handle(result);
            });
    return promise.future();
  }

  /// Takes the stored session, not the caller's: a slow caller may hold one whose refresh token was
  /// spent a moment ago, and a provider answers a reused refresh token by revoking the login.
  private Future<TokenOutcome> look(SessionId id, Session seen, Wish wish) {
    var waiting = unsaved.of(id.key());
    if (waiting.isPresent()) {
      return save(id, waiting.get());
    }
    return sessions
        .find(id, false)
        .compose(
            found ->
                switch (found) {
                  case SessionStore.Lookup.Live(var stored, _) -> decide(id, seen, stored, wish);
                  case SessionStore.Lookup.Gone(_), SessionStore.Lookup.Unknown() ->
                      answer(new LoginRequired());
                  case SessionStore.Lookup.Unavailable() -> answer(new StoreUnavailable());
                });
  }

  private Future<TokenOutcome> decide(SessionId id, Session seen, Session stored, Wish wish) {
    boolean wanted =
        switch (wish) {
          case WHEN_DUE -> !isFresh(stored);
          case NOW ->
              !isFresh(stored)
                  || (stored.version() == seen.version() && !cooldown.askedJustNow(stored.key()));
        };
    if (!wanted) {
      return answer(new Ready(stored));
    }
    var cooling = cooldown.answer(stored.key());
    if (cooling.isPresent()) {
      return answer(isUsable(stored) ? new Ready(stored) : cooling.get());
    }
    if (stored.tokens().refresh().isEmpty()) {
      return isUsable(stored) ? answer(new Ready(stored)) : end(stored);
    }
    return refresh(id, stored);
  }

  private Future<TokenOutcome> refresh(SessionId id, Session stored) {
    var provider = providers.get(stored.provider());
    if (provider == null) { // the configuration no longer names it
      return isUsable(stored) ? answer(new Ready(stored)) : end(stored);
    }
    var began = clock.instant();
    cooldown.asked(stored.key());
    return provider
        .refresh(stored.tokens(), stored.identity())
        .onFailure(_ -> cooldown.failed(stored.key(), UNAVAILABLE, Duration.ZERO))
        .compose(outcome -> apply(id, stored, outcome, began));
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
        yield end(stored);
      }
      case RefreshOutcome.Rejected(_) -> {
        say(stored, "rejected", began);
        cooldown.failed(key, REJECTED, AFTER_REJECTION);
        yield answer(isUsable(stored) ? new Ready(stored) : new ProviderRejected());
      }
      case RefreshOutcome.Unavailable(var retryAfter) -> {
        say(stored, "unavailable", began);
        cooldown.failed(key, UNAVAILABLE, retryAfter);
        yield answer(isUsable(stored) ? new Ready(stored) : new TryLater(retryAfter));
      }
    };
  }

  private Future<TokenOutcome> save(SessionId id, Session next) {
    return unsaved
        .save(id, next)
        .map(
            answer ->
                switch (answer) {
                  case SessionStore.Replaced.Stored(var stored) -> new Ready(stored);
                  case SessionStore.Replaced.Superseded(var current) -> new Ready(current);
                  case SessionStore.Replaced.Gone() -> forget(next);
                  case SessionStore.Replaced.Unavailable() -> new StoreUnavailable();
                });
  }

  /// The session ended while the provider answered. The end wins: nobody may use the new tokens.
  private TokenOutcome forget(Session next) {
    revoker.revoke(next);
    return new LoginRequired();
  }

  private Future<TokenOutcome> end(Session session) {
    return sessions
        .endIf(session, EndCause.REFRESH_REFUSED)
        .map(
            ended ->
                switch (ended) {
                  case SessionStore.EndedIf.Done() -> new LoginRequired();
                  case SessionStore.EndedIf.Superseded(var current) -> new Ready(current);
                  case SessionStore.EndedIf.Unavailable() -> new StoreUnavailable();
                });
  }

  private void say(Session session, String outcome, Instant began) {
    var took = Duration.between(began, clock.instant());
    observer.on(new Event.TokenRefreshed(session.provider(), outcome, took));
  }

  private void report(Throwable fault) {
    observer.on(new Event.Fault(Optional.empty(), fault));
  }

  private static Future<TokenOutcome> answer(TokenOutcome outcome) {
    return Future.succeededFuture(outcome);
  }

  private enum Wish {
    WHEN_DUE,
    NOW
  }
}
