package dev.cloakroom.login.app;

import dev.cloakroom.oidc.CodeVerifier;
import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// What an app asked for when it sent the user to log in. Until app and redirect URI are known to
/// belong together, nobody is sent anywhere; from then on, errors go to the app.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1 RFC 6749, 4.1.2.1
public sealed interface AppStart {
  /// A login may begin.
  record Understood(NativeApp app, AppLogin login) implements AppStart {}

  /// The app asked in a way it must not; it is told so.
  record Answered(String location) implements AppStart {}

  /// Nobody's: a parameter that is missing, repeated or not the app's.
  record Refused(String parameter) implements AppStart {}

  /// What is read here and is nothing to the provider.
  Set<String> PARAMETERS =
      Set.of("app", "redirect_uri", "code_challenge", "code_challenge_method", "state");

  Pattern CHALLENGE = Pattern.compile("[A-Za-z0-9_-]{43}");
  Pattern STATE = Pattern.compile("[ -~]{1,512}");

  /// Reads the parameters of a start.
  static AppStart read(MultiMap parameters, NativeApps apps) {
    var app = only(parameters, "app").flatMap(apps::find);
    if (app.isEmpty()) {
      return new Refused("app");
    }
    var redirectUri = only(parameters, "redirect_uri").filter(app.get()::admits);
    if (redirectUri.isEmpty()) {
      return new Refused("redirect_uri");
    }
    var state = only(parameters, "state").filter(STATE.asMatchPredicate());
    var challenge = challenge(parameters, app.get());
    if (state.isEmpty() || challenge.isEmpty() || parameters.contains("return_to")) {
      return new Answered(
          AppLogin.address(redirectUri.get(), "error", "invalid_request", state, apps.issuer()));
    }
    return new Understood(
        app.get(), new AppLogin(app.get().name(), redirectUri.get(), challenge.get(), state.get()));
  }

  /// Always as a hash: one that came plain is hashed here.
  private static Optional<String> challenge(MultiMap parameters, NativeApp app) {
    var shown = only(parameters, "code_challenge");
    return switch (only(parameters, "code_challenge_method").orElse("")) {
      case "S256" -> shown.filter(CHALLENGE.asMatchPredicate());
      case "plain" ->
          shown
              .filter(_ -> app.insecurePlainChallenge())
              .filter(AppSessions.VERIFIER.asMatchPredicate())
              .map(verifier -> new CodeVerifier(verifier).challenge());
      default -> Optional.empty();
    };
  }

  private static Optional<String> only(MultiMap parameters, String name) {
    List<String> values = parameters.getAll(name);
    return values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty();
  }
}
