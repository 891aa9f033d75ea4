package dev.cloakroom.token;

import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import dev.cloakroom.oidc.AccessToken;
import dev.cloakroom.oidc.Provider;
import dev.cloakroom.oidc.TokenTarget;
import dev.cloakroom.session.Revoker;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionId;
import dev.cloakroom.session.SessionKey;
import dev.cloakroom.session.SessionStore;
import dev.cloakroom.session.Timers;
import dev.cloakroom.token.TokenOutcome.Ready;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Keeps the access tokens of a session fresh: the login's own, and those for targets of their own.
/// However many calls of a session arrive at once, one refresh of a token goes out and all of them
/// share its outcome; refreshes of different tokens follow one another, since they share the
/// refresh token. Safe from every event loop; a shared outcome completes on the loop of whoever
/// asked first, so that a caller must hop back to its own context before it touches its request.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2 RFC 9700, 4.14.2
public final class TokenKeeper {
  private final Observer observer;
  private final RefreshPolicy policy;
  private final UnsavedTokens unsaved;
  private final Leases leases;
  private final SharedRefresh refresh;
  private final SessionQueue queue = new SessionQueue();
  private final Map<Course, Flight> underWay = new ConcurrentHashMap<>();

  public TokenKeeper(
      SessionStore sessions,
      Map<String, Provider> providers,
      Revoker revoker,
      Timers timers,
      InstantSource clock,
      Observer observer) {
    var cooldown = new Cooldown(clock);
    this.observer = observer;
    this.policy = new RefreshPolicy(Map.copyOf(providers), cooldown, clock);
    this.unsaved = new UnsavedTokens(sessions, revoker, clock, timers, observer);
    this.leases = new Leases(sessions, observer);
    var renewal = new Renewal(sessions, unsaved, cooldown, policy, clock, observer);
    this.refresh = new SharedRefresh(sessions, policy, renewal, unsaved, leases, timers, clock);
  }

  /// True when the access token can be used as it is and nothing needs to happen: the hot path.
  public boolean isFresh(Session session) {
    return policy.isFresh(session);
  }

  /// The token for `target`, when it can be used as it is and nothing needs to happen; null: ask
  /// [#keepFresh(SessionId, Session, TokenTarget)].
  public @Nullable AccessToken fresh(Session session, TokenTarget target) {
    return policy.isFresh(session, target) ? session.others().get(target) : null;
  }

  /// A session with a usable access token, or what to do instead. Inside the refresh-ahead window
  /// the old token is answered at once and the refresh runs beside it.
  public Future<TokenOutcome> keepFresh(SessionId id, Session session) {
    return keepFresh(id, session, new Need.Own());
  }

  /// As [#keepFresh(SessionId, Session)], for a token of its own: a session that is `Ready` has it.
  public Future<TokenOutcome> keepFresh(SessionId id, Session session, TokenTarget target) {
    return keepFresh(id, session, new Need.Other(target));
  }

  private Future<TokenOutcome> keepFresh(SessionId id, Session session, Need need) {
    if (policy.isFresh(session, need)) {
      return Future.succeededFuture(new Ready(session));
    }
    if (!policy.isUsable(session, need)) {
      return join(id, session, need, Wish.WHEN_DUE).outcome;
    }
    if (!policy.isCooling(session, need)) {
      join(id, session, need, Wish.WHEN_DUE).outcome.onFailure(this::report);
    }
    return Future.succeededFuture(new Ready(session));
  }

  /// Refreshes although the access token looks fresh, because the upstream refused the token of
  /// `session` or the user asked. Shares a refresh under way, and answers what is stored when that
  /// is already another token than the caller's, or when the last refresh is less than ten seconds
  /// old.
  public Future<TokenOutcome> refreshNow(SessionId id, Session session) {
    return refreshNow(id, session, new Need.Own());
  }

  /// As [#refreshNow(SessionId, Session)], for that one token.
  public Future<TokenOutcome> refreshNow(SessionId id, Session session, TokenTarget target) {
    return refreshNow(id, session, new Need.Other(target));
  }

  private Future<TokenOutcome> refreshNow(SessionId id, Session session, Need need) {
    var flight = join(id, session, need, Wish.NOW);
    return flight.wish == Wish.NOW
        ? flight.outcome
        : flight.outcome.compose(outcome -> again(id, session, need, outcome));
  }

  /// Whoever refreshes ahead of time may be content with the old token, which is no use here.
  private Future<TokenOutcome> again(
      SessionId id, Session session, Need need, TokenOutcome outcome) {
    boolean isOld = outcome instanceof Ready(var same) && RefreshPolicy.isSame(same, session, need);
    return isOld ? join(id, session, need, Wish.NOW).outcome : Future.succeededFuture(outcome);
  }

  /// Waits for the refreshes under way, until the store has taken all new tokens, and until the
  /// leases are given back: for the end of the process. The caller sets the time limit.
  public Future<Void> settle() {
    return Future.join(underWay.values().stream().map(Flight::outcome).toList())
        .otherwiseEmpty()
        .compose(_ -> unsaved.settled())
        .compose(_ -> leases.settled());
  }

  private Flight join(SessionId id, Session seen, Need need, Wish wish) {
    Promise<TokenOutcome> promise = Promise.promise();
    var mine = new Flight(wish, promise.future());
    var course = new Course(id.key(), need);
    var earlier = underWay.putIfAbsent(course, mine);
    if (earlier != null) {
      observer.on(new Event.RefreshShared(seen.provider()));
      return earlier;
    }
    Future.succeededFuture()
        .compose(_ -> start(id, seen, need, wish)) // a throw in there fails it, and frees the key
        .onComplete(
            result -> {
              underWay.remove(course);
              promise.handle(result);
            });
    return mine;
  }

  /// What is exchanged must be fresh itself. Waits for that before it queues, not in the queue.
  private Future<TokenOutcome> start(SessionId id, Session seen, Need need, Wish wish) {
    boolean exchanges = need instanceof Need.Other(TokenTarget.Exchange _);
    if (!exchanges || policy.isFresh(seen)) {
      return queue.run(id.key(), () -> refresh.run(id, seen, need, wish));
    }
    return join(id, seen, new Need.Own(), Wish.WHEN_DUE)
        .outcome
        .compose(
            outcome ->
                outcome instanceof Ready(var ready)
                    ? queue.run(id.key(), () -> refresh.run(id, ready, need, wish))
                    : Future.succeededFuture(outcome));
  }

  private void report(Throwable fault) {
    observer.on(new Event.Fault(Optional.empty(), fault));
  }

  private record Course(SessionKey key, Need need) {}

  private record Flight(Wish wish, Future<TokenOutcome> outcome) {}
}
