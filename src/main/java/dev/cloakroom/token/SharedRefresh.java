package dev.cloakroom.token;

import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionId;
import dev.cloakroom.session.SessionStore;
import dev.cloakroom.session.SessionStore.Lease;
import dev.cloakroom.session.SessionStore.Lookup;
import dev.cloakroom.session.Timers;
import dev.cloakroom.token.RefreshPolicy.Step;
import dev.cloakroom.token.TokenOutcome.LoginRequired;
import dev.cloakroom.token.TokenOutcome.Ready;
import dev.cloakroom.token.TokenOutcome.StoreUnavailable;
import dev.cloakroom.token.TokenOutcome.TryLater;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One refresh of a session at a time across all nodes. A refresh token is spent only under a lease
/// that the store gives to one node, and only after a look past every cache under that lease: two
/// nodes that saw the same old token cannot both spend it. Whoever finds the lease taken waits for
/// what the other one stores.
///
/// A lease is a promise about time, which a node that stands still cannot keep. So a holder that
/// was held up spends nothing, and the store's version check has the last word.
final class SharedRefresh {
  /// How much longer a lease lives than the calls it is for.
  static final Duration MARGIN = Duration.ofSeconds(5);

  /// How much of the margin may be gone before the refresh token is sent; the rest is for checking
  /// and storing what comes back.
  private static final Duration HELD_UP = Duration.ofSeconds(2);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(250);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final SessionStore sessions;
  private final RefreshPolicy policy;
  private final Renewal renewal;
  private final UnsavedTokens unsaved;
  private final Leases leases;
  private final Timers timers;
  private final InstantSource clock;

  SharedRefresh(
      SessionStore sessions,
      RefreshPolicy policy,
      Renewal renewal,
      UnsavedTokens unsaved,
      Leases leases,
      Timers timers,
      InstantSource clock) {
    this.sessions = sessions;
    this.policy = policy;
    this.renewal = renewal;
    this.unsaved = unsaved;
    this.leases = leases;
    this.timers = timers;
    this.clock = clock;
  }

  /// Takes the stored session, not the caller's: a slow caller may hold one whose refresh token was
  /// spent a moment ago, and a provider answers a reused refresh token by revoking the login.
  Future<TokenOutcome> run(SessionId id, Session seen, Need need, Wish wish) {
    var turn = new Turn(id, seen, need, wish);
    return unsaved
        .of(id.key())
        .map(waiting -> renewal.save(id, waiting, need).compose(turn::afterSaving))
        .orElseGet(() -> sessions.find(id, false).compose(turn::look));
  }

  /// How long a lease lives: one call of the provider, or two where a lost answer is asked for
  /// again, each of them twice where a proof may be refused, and the margin.
  static Duration life(Duration timeout, Duration reuseGrace, boolean proven) {
    return timeout
        .multipliedBy(reuseGrace.isPositive() ? 2 : 1)
        .multipliedBy(proven ? 2 : 1)
        .plus(MARGIN);
  }

  private static Duration life(Step.Spend step) {
    var settings = step.provider().settings();
    var proven = step.stored().tokens().proofKey().isPresent();
    return life(settings.timeout(), settings.reuseGrace(), proven);
  }

  /// The way of one caller to an outcome. One step follows the other, so nothing in it is shared.
  private final class Turn {
    private final SessionId id;
    private final Session seen;
    private final Need need;
    private final Wish wish;
    private Duration pause = FIRST_PAUSE;
    private @Nullable Instant patience;

    Turn(SessionId id, Session seen, Need need, Wish wish) {
      this.id = id;
      this.seen = seen;
      this.need = need;
      this.wish = wish;
    }

    Future<TokenOutcome> look(Lookup found) {
      return switch (next(found)) {
        case Step.Settled(var outcome) -> Future.succeededFuture(outcome);
        case Step.Finish(var session) -> renewal.end(id, session, need);
        case Step.Spend step -> queue(step);
      };
    }

    /// What had to be stored first need not be the token that is needed.
    Future<TokenOutcome> afterSaving(TokenOutcome saved) {
      return saved instanceof Ready(var stored) && !policy.isUsable(stored, need)
          ? sessions.find(id, false).compose(this::look)
          : Future.succeededFuture(saved);
    }

    private Step next(Lookup found) {
      return switch (found) {
        case Lookup.Live(var stored, _) -> policy.next(seen, stored, need, wish);
        case Lookup.Gone(_) -> new Step.Settled(new TokenOutcome.Ended());
        case Lookup.Unknown() -> new Step.Settled(new LoginRequired());
        case Lookup.Unavailable() -> new Step.Settled(new StoreUnavailable());
      };
    }

    /// The provider's metadata is fetched, where it is missing, before the lease begins to run.
    private Future<TokenOutcome> queue(Step.Spend step) {
      return step.provider().discover().compose(_ -> lease(step));
    }

    private Future<TokenOutcome> lease(Step.Spend step) {
      var asked = clock.instant();
      return leases
          .take(id.key(), life(step))
          .compose(
              lease ->
                  switch (lease) {
                    case Lease.Held held -> hold(step, held, asked.plus(HELD_UP));
                    case Lease.Busy() -> giveWay(step);
                    case Lease.Unavailable() -> old(step, new StoreUnavailable());
                  });
    }

    private Future<TokenOutcome> hold(Step.Spend step, Lease.Held held, Instant spendBefore) {
      return sessions
          .reread(id)
          .compose(found -> decide(found, spendBefore))
          .onComplete(_ -> unsaved.stored(id.key()).onComplete(_ -> leases.giveBack(held)))
          .compose(outcome -> outcome.map(Future::succeededFuture).orElseGet(() -> giveWay(step)));
    }

    /// Empty when it is too late to begin under this lease.
    private Future<Optional<TokenOutcome>> decide(Lookup found, Instant spendBefore) {
      return switch (next(found)) {
        case Step.Settled(var outcome) -> Future.succeededFuture(Optional.of(outcome));
        case Step.Finish(var session) -> renewal.end(id, session, need).map(Optional::of);
        case Step.Spend step when clock.instant().isBefore(spendBefore) ->
            renewal.spend(id, step, need).map(Optional::of);
        case Step.Spend _ -> Future.succeededFuture(Optional.empty());
      };
    }

    /// Somebody else refreshes. The old token serves while it is valid, unless it is the trouble.
    private Future<TokenOutcome> giveWay(Step.Spend step) {
      if (wish == Wish.WHEN_DUE && policy.isUsable(step.stored(), need)) {
        return Future.succeededFuture(new Ready(step.stored()));
      }
      if (patience == null) {
        patience = clock.instant().plus(life(step));
      }
      if (!clock.instant().isBefore(patience)) {
        return old(step, new TryLater(RETRY));
      }
      Promise<Void> over = Promise.promise();
      timers.after(pause, over::complete);
      var doubled = pause.multipliedBy(2);
      pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
      return over.future().compose(_ -> sessions.reread(id)).compose(this::look);
    }

    private Future<TokenOutcome> old(Step.Spend step, TokenOutcome otherwise) {
      return Future.succeededFuture(
          policy.isUsable(step.stored(), need) ? new Ready(step.stored()) : otherwise);
    }
  }
}
