package dev.cloakroom.token;

import dev.cloakroom.oidc.Provider;
import dev.cloakroom.session.Session;
import dev.cloakroom.token.TokenOutcome.Ready;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

/// Decides what a stored session needs. Asks nobody and changes nothing, so that it can be asked
/// again after every wait.
final class RefreshPolicy {
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

    /// The refresh token is to be spent.
    record Spend(Session stored, Provider provider) implements Step {}
  }

  boolean isFresh(Session session) {
    return !window.isDue(session, clock.millis());
  }

  boolean isUsable(Session session) {
    return session.tokens().isFresh(Duration.ZERO, clock.instant());
  }

  boolean isCooling(Session session) {
    return cooldown.isCooling(session.key());
  }

  /// @param seen the session the caller came with, which may be older than the `stored` one
  Step next(Session seen, Session stored, Wish wish) {
    if (!isWanted(seen, stored, wish)) {
      return new Step.Settled(new Ready(stored));
    }
    var cooling = cooldown.answer(stored.key());
    if (cooling.isPresent()) {
      return new Step.Settled(isUsable(stored) ? new Ready(stored) : cooling.get());
    }
    var provider = providers.get(stored.provider()); // null: the configuration dropped it
    if (provider != null && stored.tokens().refresh().isPresent()) {
      return new Step.Spend(stored, provider);
    }
    return isUsable(stored) ? new Step.Settled(new Ready(stored)) : new Step.Finish(stored);
  }

  private boolean isWanted(Session seen, Session stored, Wish wish) {
    return switch (wish) {
      case WHEN_DUE -> !isFresh(stored);
      case NOW ->
          !isFresh(stored) || (stored.version() == seen.version() && !wasRefreshedJustNow(stored));
    };
  }

  /// Here, or on another node: then the tokens themselves say so.
  private boolean wasRefreshedJustNow(Session stored) {
    var again = stored.tokens().issuedAt().plus(Cooldown.BETWEEN_FORCED);
    return cooldown.askedJustNow(stored.key())
        || (stored.version() > 0 && clock.instant().isBefore(again));
  }
}
