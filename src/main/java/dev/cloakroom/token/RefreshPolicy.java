package dev.cloakroom.token;

import dev.cloakroom.oidc.Provider;
import dev.cloakroom.oidc.TokenTarget;
import dev.cloakroom.session.Session;
import dev.cloakroom.token.TokenOutcome.ProviderRejected;
import dev.cloakroom.token.TokenOutcome.Ready;
import dev.cloakroom.token.TokenOutcome.TryLater;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

/// Decides what a stored session needs. Asks nobody and changes nothing, so that it can be asked
/// again after every wait.
final class RefreshPolicy {
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Map<String, Provider> providers;
  private final RefreshWindow window;
  private final Cooldown cooldown;
  private final InstantSource clock;

  RefreshPolicy(Map<String, Provider> providers, Cooldown cooldown, InstantSource clock) {
    this.providers = providers;
    this.window = new RefreshWindow(providers);
    this.cooldown = cooldown;
    this.clock = clock;
  }

  sealed interface Step {
    /// Nothing is to be asked of the provider.
    record Settled(TokenOutcome outcome) implements Step {}

    /// The access token has expired and nothing can replace it.
    record Finish(Session session) implements Step {}

    /// The provider is to be asked; as a rule that spends the refresh token.
    record Spend(Session stored, Provider provider) implements Step {}
  }

  /// The login's own token; the hot path.
  boolean isFresh(Session session) {
    return !window.isDue(session, clock.millis());
  }

  boolean isFresh(Session session, TokenTarget target) {
    return !window.isDue(session, target, clock.millis());
  }

  boolean isFresh(Session session, Need need) {
    return switch (need) {
      case Need.Own() -> isFresh(session);
      case Need.Other(var target) -> isFresh(session, target);
    };
  }

  boolean isUsable(Session session, Need need) {
    return need.isUsable(session, clock.instant());
  }

  boolean isCooling(Session session, Need need) {
    return cooldown.isCooling(session.key(), need);
  }

  /// @param seen the session the caller came with, which may be older than the `stored` one
  Step next(Session seen, Session stored, Need need, Wish wish) {
    if (!isWanted(seen, stored, need, wish)) {
      return new Step.Settled(new Ready(stored));
    }
    var cooling = cooldown.answer(stored.key(), need);
    if (cooling.isPresent()) {
      return new Step.Settled(isUsable(stored, need) ? new Ready(stored) : cooling.get());
    }
    var provider = providers.get(stored.provider()); // null: the configuration dropped it
    if (provider != null && canAsk(stored, need)) {
      return new Step.Spend(stored, provider);
    }
    return isUsable(stored, need) ? new Step.Settled(new Ready(stored)) : without(stored);
  }

  /// An exchange takes the login's own token, everything else the refresh token.
  private boolean canAsk(Session stored, Need need) {
    boolean exchanges = need instanceof Need.Other(TokenTarget.Exchange _);
    return exchanges ? isUsable(stored, new Need.Own()) : stored.tokens().refresh().isPresent();
  }

  /// The token is not there and cannot be had.
  private Step without(Session stored) {
    if (isUsable(stored, new Need.Own())) {
      return new Step.Settled(new ProviderRejected()); // it gives no refresh tokens
    }
    return stored.tokens().refresh().isPresent()
        ? new Step.Settled(new TryLater(RETRY))
        : new Step.Finish(stored);
  }

  private boolean isWanted(Session seen, Session stored, Need need, Wish wish) {
    return switch (wish) {
      case WHEN_DUE -> !isFresh(stored, need);
      case NOW ->
          !isFresh(stored, need)
              || (isSame(seen, stored, need) && !wasRefreshedJustNow(stored, need));
    };
  }

  /// Whether both have the same token.
  static boolean isSame(Session one, Session other, Need need) {
    var token = need.in(one);
    var another = need.in(other);
    return token != null && another != null && token.value().equals(another.value());
  }

  /// Here, or on another node: then the token itself says so.
  private boolean wasRefreshedJustNow(Session stored, Need need) {
    var token = need.in(stored);
    return cooldown.askedJustNow(stored.key(), need)
        || (token != null
            && stored.version() > 0
            && !token.issuedAt().isBefore(stored.startedAt()) // else it came with the login
            && clock.instant().isBefore(token.issuedAt().plus(Cooldown.BETWEEN_FORCED)));
  }
}
