package dev.cloakroom.edge;

import dev.cloakroom.login.BeginOutcome.LoopCause;
import dev.cloakroom.session.SessionStore.Lookup;
import dev.cloakroom.token.TokenOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What the rooms below foresaw, as errors for a browser.
final class Refusals {
  private static final Duration STORE_WAIT = Duration.ofSeconds(2);

  /// Why cookies that were set do not come back.
  private static final List<String> LOST_COOKIES =
      List.of(
          "A proxy in front has to pass Cookie and every Set-Cookie on as they are.",
          "The cookies are Secure: over plain http, browsers keep them for localhost only.",
          "Sign-in and app have to use one and the same host name.",
          "The browser must not block cookies for this site.");

  private Refusals() {}

  static Problem storeUnavailable() {
    return Problem.of(ProblemCode.SESSION_STORE_UNAVAILABLE).retryAfter(STORE_WAIT);
  }

  static Problem rateLimited(String reason, Duration wait) {
    return Problem.of(ProblemCode.RATE_LIMITED, reason).retryAfter(wait);
  }

  /// A callback to which no cookie of a login came at all.
  static Problem noAttempt() {
    return Problem.of(ProblemCode.LOGIN_STATE_MISMATCH, "no attempt cookie")
        .withChecks(LOST_COOKIES);
  }

  static Problem of(LoopCause cause) {
    return switch (cause) {
      case NO_COOKIE ->
          loop(
              "You have just signed in, but your browser came back without its session cookie.",
              LOST_COOKIES);
      case SESSION_UNKNOWN ->
          loop(
              "You signed in several times in a row, and each time the session was not found.",
              List.of(
                  "Several gateways behind one address have to share their sessions (session.store).",
                  "Something may end each session at once: the log says why sessions end."));
      case SESSION_LIVES ->
          loop(
              "You signed in several times in a row and were sent back each time. "
                  + "Your session is there, but whoever asks for it does not see it.",
              List.of(
                  "A proxy that asks the gateway (forward-auth) has to pass Cookie on with its"
                      + " question.",
                  "The app has to fetch from this very host, with its cookies.",
                  "A 401 of the service behind is not healed by signing in: it may refuse the"
                      + " token."));
    };
  }

  private static Problem loop(String seen, List<String> checks) {
    return Problem.of(ProblemCode.LOGIN_LOOP).withDetail(seen).withChecks(checks);
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
