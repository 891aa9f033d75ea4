package dev.cloakroom.login.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// A login that an app began, checked: where its code goes, and what it will be redeemed with.
///
/// @param redirectUri one of the app's, with the port that it listens on
/// @param challenge the hash of the verifier that only the app knows
/// @param state the app's own, for it to find again what it began
/// @spec https://www.rfc-editor.org/rfc/rfc8252#section-6 RFC 8252, 6
public record AppLogin(String app, String redirectUri, String challenge, String state) {
  /// To the app, with a code.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc9207#section-2 RFC 9207, 2
  public String granted(AppCode code, String issuer) {
    return address(redirectUri, "code", code.text(), Optional.of(state), issuer);
  }

  /// To the app, without.
  public String refused(String error, String issuer) {
    return address(redirectUri, "error", error, Optional.of(state), issuer);
  }

  /// The parameters with which the same login would begin again.
  public Map<String, String> parameters() {
    var parameters = new LinkedHashMap<String, String>();
    parameters.put("app", app);
    parameters.put("redirect_uri", redirectUri);
    parameters.put("code_challenge", challenge);
    parameters.put("code_challenge_method", "S256");
    parameters.put("state", state);
    return parameters;
  }

  static String address(
      String redirectUri, String name, String value, Optional<String> state, String issuer) {
    return redirectUri
        + (redirectUri.contains("?") ? "&" : "?")
        + name
        + "="
        + encoded(value)
        + state.map(known -> "&state=" + encoded(known)).orElse("")
        + "&iss="
        + encoded(issuer);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20"); // apps read URIs, not forms
  }

  @Override
  public String toString() {
    return "AppLogin[" + app + "]";
  }
}
