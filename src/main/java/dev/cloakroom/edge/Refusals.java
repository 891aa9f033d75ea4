package dev.cloakroom.edge;

import dev.cloakroom.session.SessionStore.Lookup;
import dev.cloakroom.token.TokenOutcome;
import java.time.Duration;
import java.util.Optional;

/// What the rooms below foresaw, as errors for a browser.
final class Refusals {
  private static final Duration STORE_WAIT = Duration.ofSeconds(2);

  private Refusals() {}

  static Problem storeUnavailable() {
    return Problem.of(ProblemCode.SESSION_STORE_UNAVAILABLE).retryAfter(STORE_WAIT);
  }

  static Problem rateLimited(String reason, Duration wait) {
    return Problem.of(ProblemCode.RATE_LIMITED, reason).retryAfter(wait);
  }

  /// Empty when the session lives.
  static Optional<Problem> of(Lookup found) {
    return switch (found) {
      case Lookup.Live _ -> Optional.empty();
      case Lookup.Gone _ -> Optional.of(Problem.of(ProblemCode.SESSION_ENDED));
      case Lookup.Unknown _ -> Optional.of(Problem.of(ProblemCode.SESSION_EXPIRED));
      case Lookup.Unavailable _ -> Optional.of(storeUnavailable());
    };
  }

  /// Empty when the token is ready.
  static Optional<Problem> of(TokenOutcome outcome) {
    return switch (outcome) {
      case TokenOutcome.Ready _ -> Optional.empty();
      case TokenOutcome.LoginRequired _ -> Optional.of(Problem.of(ProblemCode.SESSION_EXPIRED));
      case TokenOutcome.Ended _ -> Optional.of(Problem.of(ProblemCode.SESSION_ENDED));
      case TokenOutcome.TryLater(var after) ->
          Optional.of(Problem.of(ProblemCode.PROVIDER_UNAVAILABLE).retryAfter(after));
      case TokenOutcome.ProviderRejected _ ->
          Optional.of(Problem.of(ProblemCode.PROVIDER_REJECTED));
      case TokenOutcome.StoreUnavailable _ -> Optional.of(storeUnavailable());
    };
  }

  /// Empty when the request proved its origin.
  static Optional<Problem> of(CrossSiteGuard.Verdict verdict) {
    return switch (verdict) {
      case CrossSiteGuard.Verdict.Proved _, CrossSiteGuard.Verdict.Reported _ -> Optional.empty();
      case CrossSiteGuard.Verdict.Refused(var code, var reason) ->
          Optional.of(Problem.of(code, reason));
    };
  }
}
