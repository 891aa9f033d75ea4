package dev.cloakroom.oidc;

import dev.cloakroom.crypto.Secret;
import dev.cloakroom.jose.SignedJwt;
import java.net.URI;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The two URLs a browser is sent to. Pure. No parameter appears twice, and neither configuration
/// nor browser can override one that the protocol needs.
final class ProviderUrls {
  /// Never from the configuration or a browser, sent or not.
  private static final Set<String> RESERVED =
      Set.of(
          "response_type",
          "response_mode",
          "client_id",
          "client_secret",
          "redirect_uri",
          "scope",
          "state",
          "nonce",
          "code_challenge",
          "code_challenge_method",
          "request",
          "request_uri");

  private static final int LONGEST_HINT = 3 << 10;

  private final ProviderSettings settings;

  ProviderUrls(ProviderSettings settings) {
    this.settings = settings;
  }

  String authorization(ProviderMetadata metadata, AuthorizationRequest request) {
    var parameters = new LinkedHashMap<String, String>();
    parameters.put("response_type", "code");
    parameters.put("client_id", settings.clientId());
    parameters.put("redirect_uri", request.redirectUri().toString());
    parameters.put("scope", scope());
    parameters.put("state", request.state().value());
    parameters.put("nonce", request.nonce().value());
    parameters.put("code_challenge", request.verifier().challenge());
    parameters.put("code_challenge_method", "S256");
    if (settings.responseMode() == ProviderSettings.ResponseMode.FORM_POST) {
      parameters.put("response_mode", "form_post");
    }
    var optional = new LinkedHashMap<>(settings.authorizeParams());
    optional.putAll(request.passThrough());
    optional.keySet().removeAll(RESERVED);
    optional.forEach(parameters::putIfAbsent);
    return with(metadata.authorization(), parameters);
  }

  private String scope() {
    var scope = String.join(" ", settings.scopes());
    return settings.scopes().contains("openid") ? scope : ("openid " + scope).strip();
  }

  Optional<String> endSession(
      ProviderMetadata metadata, Optional<Secret> idToken, URI returnUri, State state) {
    return metadata.endSession().map(endpoint -> with(endpoint, logout(idToken, returnUri, state)));
  }

  private Map<String, String> logout(Optional<Secret> idToken, URI returnUri, State state) {
    var parameters = new LinkedHashMap<String, String>();
    var hint =
        idToken
            .map(Secret::reveal)
            .filter(_ -> settings.idTokenHint() == ProviderSettings.IdTokenHint.AUTO)
            .filter(token -> token.length() <= LONGEST_HINT);
    hint.ifPresentOrElse(
        token -> parameters.put("id_token_hint", token),
        () -> idToken.flatMap(ProviderUrls::user).ifPresent(u -> parameters.put("logout_hint", u)));
    parameters.put("client_id", settings.clientId());
    parameters.put("post_logout_redirect_uri", returnUri.toString());
    parameters.put("state", state.value());
    return parameters;
  }

  /// What the provider itself calls the user in a hint, else the subject.
  private static Optional<String> user(Secret idToken) {
    return SignedJwt.unverifiedClaims(idToken.reveal())
        .map(Claims::new)
        .flatMap(claims -> claims.text("login_hint").or(() -> claims.text("sub")));
  }

  /// Adds to a query that the endpoint may already have; what it has under the same name goes.
  private static String with(URI endpoint, Map<String, String> parameters) {
    var kept = kept(endpoint.getRawQuery(), parameters);
    var added =
        parameters.entrySet().stream()
            .map(p -> ProviderHttp.encode(p.getKey()) + "=" + ProviderHttp.encode(p.getValue()))
            .collect(Collectors.joining("&"));
    return endpoint.toString().replaceFirst("\\?.*", "") + "?" + kept + added;
  }

  private static String kept(@Nullable String query, Map<String, String> parameters) {
    if (query == null || query.isEmpty()) {
      return "";
    }
    return Arrays.stream(query.split("&"))
        .filter(pair -> !parameters.containsKey(pair.replaceFirst("=.*", "")))
        .map(pair -> pair + "&")
        .collect(Collectors.joining());
  }
}
