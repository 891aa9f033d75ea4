package dev.cloakroom.login.app;

import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import dev.cloakroom.oidc.CodeVerifier;
import dev.cloakroom.session.EndCause;
import dev.cloakroom.session.FrontEnd;
import dev.cloakroom.session.Revoker;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionId;
import dev.cloakroom.session.SessionSelector;
import dev.cloakroom.session.SessionStore;
import dev.cloakroom.session.SessionStore.Lookup;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import java.time.InstantSource;
import java.util.List;
import java.util.regex.Pattern;

/// From an app's code to its session, once, on whichever node. A code that comes again has been
/// seen by somebody else: the session that came of it ends.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2 RFC 6749, 4.1.2
/// @spec https://www.rfc-editor.org/rfc/rfc7636#section-4.6 RFC 7636, 4.6
public final class AppSessions {
  static final Pattern VERIFIER = Pattern.compile("[A-Za-z0-9._~-]{43,128}");
  private static final List<String> PARAMETERS =
      List.of("app", "redirect_uri", "code", "code_verifier");

  private final FrontEnd frontEnd;
  private final SessionStore sessions;
  private final Revoker revoker;
  private final InstantSource clock;
  private final Entropy entropy;
  private final Observer observer;

  public AppSessions(
      FrontEnd frontEnd,
      SessionStore sessions,
      Revoker revoker,
      InstantSource clock,
      Entropy entropy,
      Observer observer) {
    this.frontEnd = frontEnd;
    this.sessions = sessions;
    this.revoker = revoker;
    this.clock = clock;
    this.entropy = entropy;
    this.observer = observer;
  }

  /// Redeems a code with `app`, `redirect_uri`, `code` and `code_verifier`.
  public Future<RedemptionOutcome> redeem(MultiMap form) {
    var unclear = PARAMETERS.stream().filter(name -> form.getAll(name).size() != 1).findFirst();
    if (unclear.isPresent()) {
      return answer(new RedemptionOutcome.InvalidParameter(unclear.get()));
    }
    var verifier = only(form, "code_verifier");
    if (!VERIFIER.matcher(verifier).matches()) {
      return answer(new RedemptionOutcome.InvalidParameter("code_verifier"));
    }
    var code = AppCode.parse(only(form, "code"));
    if (code.isEmpty()) {
      return invalid("CODE_MALFORMED");
    }
    var challenge = new CodeVerifier(verifier).challenge();
    var id = code.get().id(frontEnd, only(form, "app"), only(form, "redirect_uri"), challenge);
    return sessions.reread(id).compose(found -> found(code.get(), id, found));
  }

  private static String only(MultiMap form, String name) {
    return form.getAll(name).getFirst();
  }

  /// Whoever gets this far has the verifier, but for [Lookup.Unknown].
  private Future<RedemptionOutcome> found(AppCode code, SessionId id, Lookup found) {
    return switch (found) {
      case Lookup.Live(var waiting, _) ->
          waiting.expiresAt().isAfter(clock.instant())
              ? begin(code, id, waiting)
              : invalid("CODE_EXPIRED");
      case Lookup.Gone(var cause) ->
          cause == EndCause.REDEEMED ? replayed(code) : invalid("LOGGED_OUT_MEANWHILE");
      case Lookup.Unknown() -> invalid("CODE_UNKNOWN");
      case Lookup.Unavailable() -> answer(new RedemptionOutcome.StoreUnavailable());
    };
  }

  /// The app's session takes the place of the one that waited, at once: of many who show a code one
  /// gets it, and whoever ends the login meanwhile ends either of the two.
  private Future<RedemptionOutcome> begin(AppCode code, SessionId from, Session waiting) {
    var id = SessionId.drawForApp(frontEnd, entropy);
    var session = waiting.under(id.key(), code.expiresAt());
    return sessions
        .redeem(id, session, from.key())
        .compose(
            redeemed ->
                switch (redeemed) {
                  case SessionStore.Redeemed.Stored(var stored, var ended) -> {
                    ended.forEach(revoker::revoke);
                    yield answer(new RedemptionOutcome.Begun(id, stored));
                  }
                  case SessionStore.Redeemed.Gone() -> invalid("ENDED_MEANWHILE");
                  case SessionStore.Redeemed.LoggedOut() -> {
                    revoker.revoke(session);
                    yield invalid("LOGGED_OUT_MEANWHILE");
                  }
                  case SessionStore.Redeemed.Lost() -> {
                    revoker.revoke(session);
                    yield answer(new RedemptionOutcome.StoreUnavailable());
                  }
                  case SessionStore.Redeemed.Unavailable() ->
                      answer(new RedemptionOutcome.StoreUnavailable());
                });
  }

  private Future<RedemptionOutcome> replayed(AppCode code) {
    return sessions
        .endAll(new SessionSelector.ByHandle(frontEnd, code.handle()), EndCause.CODE_REPLAYED)
        .compose(
            ended ->
                switch (ended) {
                  case SessionStore.Ended.Done(var over) -> {
                    over.forEach(revoker::revoke);
                    yield invalid("CODE_REPLAYED");
                  }
                  case SessionStore.Ended.Unavailable() ->
                      answer(new RedemptionOutcome.StoreUnavailable());
                });
  }

  private Future<RedemptionOutcome> invalid(String reason) {
    observer.on(new Event.LoginRejected("-", reason));
    return answer(new RedemptionOutcome.InvalidCode());
  }

  private static Future<RedemptionOutcome> answer(RedemptionOutcome outcome) {
    return Future.succeededFuture(outcome);
  }
}
