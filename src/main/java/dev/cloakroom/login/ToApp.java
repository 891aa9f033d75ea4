package dev.cloakroom.login;

import dev.cloakroom.login.app.AppCode;
import dev.cloakroom.login.app.AppLogin;
import dev.cloakroom.login.app.NativeApps;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.Set;

/// What an app hears of the login it began: what a browser would be shown, as an answer of an
/// authorization server. Only what cannot be tied to a login under way stays a page.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1 RFC 6749, 4.1.2.1
final class ToApp {
  private static final String LATER = "temporarily_unavailable";
  private static final String FAILED = "server_error";
  private static final String INVALID = "invalid_request";
  private static final String DENIED = "access_denied";

  /// Of the errors of providers those that an app can do something about. Others are between the
  /// gateway and the provider.
  private static final Set<String> PASSED_ON =
      Set.of(
          DENIED,
          LATER,
          "interaction_required",
          "login_required",
          "account_selection_required",
          "consent_required",
          "unmet_authentication_requirements");

  private final NativeApps apps;

  ToApp(NativeApps apps) {
    this.apps = apps;
  }

  LoginOutcome granted(Attempt attempt, AppCode code) {
    var location = attempt.app().orElseThrow().granted(code, apps.issuer());
    return new LoginOutcome.ToApp(location, attempt.cookieName());
  }

  /// The start of a login, as the app hears of it.
  BeginOutcome told(AppLogin app, BeginOutcome outcome) {
    return switch (outcome) {
      case BeginOutcome.Redirect _,
          BeginOutcome.Choose _,
          BeginOutcome.Confirm _,
          BeginOutcome.Loop _,
          BeginOutcome.ToApp _ ->
          outcome;
      case BeginOutcome.InvalidReturnTo _, BeginOutcome.InvalidParameter _ -> refused(app, INVALID);
      case BeginOutcome.TryLater _, BeginOutcome.Unusable _ -> refused(app, LATER);
      case BeginOutcome.Refused _ -> refused(app, FAILED);
    };
  }

  private BeginOutcome refused(AppLogin app, String error) {
    return new BeginOutcome.ToApp(app.refused(error, apps.issuer()));
  }

  /// The outcome of an attempt: the same for a browser, translated for an app.
  LoginOutcome told(Attempt attempt, LoginOutcome outcome) {
    return attempt.app().map(app -> told(app, outcome)).orElse(outcome);
  }

  private LoginOutcome told(AppLogin app, LoginOutcome outcome) {
    return switch (outcome) {
      case LoginOutcome.SignedIn _,
          LoginOutcome.ToApp _,
          LoginOutcome.AppGoesOn _,
          LoginOutcome.StateMismatch _ ->
          outcome;
      case LoginOutcome.Rejected(var error, _, var spent) -> refused(app, passedOn(error), spent);
      case LoginOutcome.GoneBack(_, var spent) -> refused(app, DENIED, spent);
      case LoginOutcome.TryLater(_, _, var spent) -> refused(app, LATER, spent);
      case LoginOutcome.GoOn(var provider, _, var spent) -> {
        var parameters = new LinkedHashMap<>(app.parameters());
        parameters.put("provider", provider);
        yield new LoginOutcome.AppGoesOn(parameters, spent);
      }
    };
  }

  private static String passedOn(Optional<String> error) {
    return error.filter(PASSED_ON::contains).orElse(FAILED);
  }

  private LoginOutcome refused(AppLogin app, String error, String spent) {
    return new LoginOutcome.ToApp(app.refused(error, apps.issuer()), spent);
  }
}
