package dev.cloakroom.login;

import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import dev.cloakroom.oidc.AuthorizationResponse;
import dev.cloakroom.oidc.AuthorizationResponse.Code;
import dev.cloakroom.oidc.Dialect;
import dev.cloakroom.oidc.Discovery;
import dev.cloakroom.oidc.Provider;
import dev.cloakroom.oidc.ProviderMetadata;
import dev.cloakroom.oidc.RedeemOutcome;
import dev.cloakroom.oidc.SignedResponse;
import dev.cloakroom.session.EndCause;
import dev.cloakroom.session.Revoker;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionKey;
import dev.cloakroom.session.SessionStore;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// The second half of a login, once its attempt is found: provider, claim, checks, code, session,
/// in this order. Everything before the code costs the provider nothing.
final class Callback {
  private static final Duration AFTER_STORE_OUTAGE = Duration.ofSeconds(5);

  private final Map<String, Provider> providers;
  private final SessionStore sessions;
  private final Revoker revoker;
  private final SessionFactory newcomer;
  private final RedirectUris redirectUris;
  private final ToApp toApp;
  private final Rounds rounds;
  private final Observer observer;

  Callback(
      Map<String, Provider> providers,
      SessionStore sessions,
      Revoker revoker,
      SessionFactory newcomer,
      RedirectUris redirectUris,
      ToApp toApp,
      Rounds rounds,
      Observer observer) {
    this.providers = providers;
    this.sessions = sessions;
    this.revoker = revoker;
    this.newcomer = newcomer;
    this.redirectUris = redirectUris;
    this.toApp = toApp;
    this.rounds = rounds;
    this.observer = observer;
  }

  Future<LoginOutcome> finish(CallbackRequest request, Attempt attempt) {
    return lookAt(request, attempt).map(outcome -> toApp.told(attempt, outcome));
  }

  private Future<LoginOutcome> lookAt(CallbackRequest request, Attempt attempt) {
    var provider = providers.get(attempt.provider());
    if (provider == null || !RedirectUris.fits(provider.settings(), request.pathProvider())) {
      return answer(mismatch(attempt, "PROVIDER_MISMATCH"));
    }
    return provider
        .discover()
        .compose(
            discovery ->
                switch (discovery) {
                  case Discovery.Found(var metadata) ->
                      claim(
                          request,
                          new Known(
                              attempt,
                              provider,
                              metadata,
                              request.current().filter(_ -> attempt.app().isEmpty()),
                              DeviceLabel.of(request.userAgent())));
                  case Discovery.Unreachable(var retryAfter) ->
                      answer(later(attempt, "PROVIDER_UNREACHABLE", retryAfter));
                  case Discovery.Unusable(_) -> answer(rejected(attempt, "PROVIDER_UNUSABLE"));
                });
  }

  /// The attempt is spent whatever the response says: a verifier and a nonce are used once.
  private Future<LoginOutcome> claim(CallbackRequest request, Known known) {
    return sessions
        .claim(known.attempt.claim(), known.attempt.expiresAt())
        .compose(
            claim ->
                switch (claim) {
                  case CLAIMED -> check(request, known);
                  case ALREADY_CLAIMED -> answer(mismatch(known.attempt, "ATTEMPT_REUSED"));
                  case UNAVAILABLE -> answer(storeAway(known.attempt));
                });
  }

  private Future<LoginOutcome> check(CallbackRequest request, Known known) {
    return known
        .provider
        .open(known.metadata, request.parameters())
        .compose(
            opened ->
                switch (opened) {
                  case SignedResponse.Outcome.Opened(var parameters) -> check(parameters, known);
                  case SignedResponse.Outcome.Refused(var reason) ->
                      answer(rejected(known.attempt, reason));
                  case SignedResponse.Outcome.Unavailable(var retryAfter) ->
                      answer(later(known.attempt, "PROVIDER_UNAVAILABLE", retryAfter));
                });
  }

  private Future<LoginOutcome> check(MultiMap parameters, Known known) {
    var attempt = known.attempt;
    var expected =
        AuthorizationResponse.Expected.of(
            known.provider.settings(), known.metadata, attempt.state());
    return switch (AuthorizationResponse.check(parameters, expected)) {
      case Code code -> redeem(code, known);
      case AuthorizationResponse.Denied(var error, var action) ->
          answer(denied(attempt, error, action));
      case AuthorizationResponse.Rejected(var reason) -> answer(rejected(attempt, reason.name()));
    };
  }

  private Future<LoginOutcome> redeem(Code code, Known known) {
    var attempt = known.attempt;
    var redemption =
        new Provider.Redemption(
            redirectUris.of(known.provider.settings()),
            attempt.verifier(),
            attempt.nonce(),
            attempt.proofKey(known.provider.settings()),
            attempt.maxAge(),
            attempt.acrValues());
    return known
        .provider
        .redeem(code, redemption)
        .compose(
            outcome ->
                switch (outcome) {
                  case RedeemOutcome.Granted granted -> start(known, granted);
                  case RedeemOutcome.Refused(var reason) -> answer(rejected(attempt, reason));
                  case RedeemOutcome.Unavailable(var retryAfter) ->
                      answer(later(attempt, "PROVIDER_UNAVAILABLE", retryAfter));
                });
  }

  private Future<LoginOutcome> start(Known known, RedeemOutcome.Granted granted) {
    var attempt = known.attempt;
    var shown = known.provider.settings().claims();
    var made = newcomer.create(attempt, known.device, shown, granted);
    var session = made.session();
    return sessions
        .start(made.id(), session, attempt.replaces())
        .compose(
            started ->
                switch (started) {
                  case SessionStore.Started.Stored(var stored, var ended) -> {
                    ended.forEach(revoker::revoke);
                    observer.on(new Event.LoginSucceeded(stored.provider(), stored.handle()));
                    yield endOvertaken(known).map(_ -> welcome(attempt, made, stored));
                  }
                  case SessionStore.Started.LoggedOut() -> {
                    revoker.revoke(session);
                    yield answer(rejected(attempt, "LOGGED_OUT_MEANWHILE"));
                  }
                  case SessionStore.Started.Unavailable() -> {
                    revoker.revoke(session);
                    yield answer(storeAway(attempt));
                  }
                });
  }

  private LoginOutcome welcome(Attempt attempt, SessionFactory.Newcomer made, Session stored) {
    return made.code()
        .<LoginOutcome>map(code -> toApp.granted(attempt, code))
        .orElseGet(
            () ->
                new LoginOutcome.SignedIn(
                    made.id(),
                    stored,
                    attempt.returnTo(),
                    attempt.cookieName(),
                    rounds.after(attempt)));
  }

  /// A login in another tab was quicker: its session is not the one this attempt began in, and its
  /// cookie is about to be overwritten. Should the store be away just now, it grows old by itself.
  private Future<Void> endOvertaken(Known known) {
    var overtaken = known.current.filter(key -> !known.attempt.replaces().equals(Optional.of(key)));
    if (overtaken.isEmpty()) {
      return Future.succeededFuture();
    }
    return sessions
        .end(overtaken.get(), EndCause.REPLACED)
        .onSuccess(
            ended -> {
              if (ended instanceof SessionStore.Ended.Done(var done)) {
                done.forEach(revoker::revoke);
              }
            })
        .mapEmpty();
  }

  private LoginOutcome mismatch(Attempt attempt, String reason) {
    observer.on(new Event.LoginRejected(attempt.provider(), reason));
    return new LoginOutcome.StateMismatch(Optional.of(attempt.cookieName()));
  }

  private LoginOutcome denied(Attempt attempt, String error, Optional<Dialect.ErrorAction> action) {
    observer.on(new Event.LoginRejected(attempt.provider(), error));
    if (action.isPresent()) {
      return switch (action.get()) {
        case Dialect.ErrorAction.Back() ->
            new LoginOutcome.GoneBack(attempt.returnTo(), attempt.cookieName());
        case Dialect.ErrorAction.LoginAt(var provider) ->
            new LoginOutcome.GoOn(provider, attempt.returnTo(), attempt.cookieName());
      };
    }
    return new LoginOutcome.Rejected(Optional.of(error), attempt.returnTo(), attempt.cookieName());
  }

  private LoginOutcome rejected(Attempt attempt, String reason) {
    observer.on(new Event.LoginRejected(attempt.provider(), reason));
    return new LoginOutcome.Rejected(Optional.empty(), attempt.returnTo(), attempt.cookieName());
  }

  private LoginOutcome later(Attempt attempt, String reason, Duration retryAfter) {
    observer.on(new Event.LoginRejected(attempt.provider(), reason));
    return new LoginOutcome.TryLater(retryAfter, false, attempt.cookieName());
  }

  private LoginOutcome storeAway(Attempt attempt) {
    observer.on(new Event.LoginRejected(attempt.provider(), "STORE_UNAVAILABLE"));
    return new LoginOutcome.TryLater(AFTER_STORE_OUTAGE, true, attempt.cookieName());
  }

  private static Future<LoginOutcome> answer(LoginOutcome outcome) {
    return Future.succeededFuture(outcome);
  }

  private record Known(
      Attempt attempt,
      Provider provider,
      ProviderMetadata metadata,
      Optional<SessionKey> current,
      String device) {}
}
