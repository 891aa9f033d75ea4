package dev.cloakroom.oidc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cloakroom.crypto.Secret;
import dev.cloakroom.jose.SignedJwt;
import dev.cloakroom.oidc.client.ProviderHttp;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.oauth2.OAuth2Auth;
import io.vertx.ext.auth.oauth2.OAuth2AuthorizationURL;
import io.vertx.ext.auth.oauth2.OAuth2Options;
import java.net.URI;
import java.net.URLDecoder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The two URLs a browser is sent to, written by vertx-auth-oauth2, which carries the endpoints. No
/// parameter appears twice, and neither configuration nor browser can override one that the
/// protocol needs. Opens no connection. Safe from every thread.
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
          "dpop_jkt",
          "request",
          "request_uri",
          "authorization_details");

  private static final int LONGEST_HINT = 3 << 10;

  /// The hint is a parameter like the others, since it is not always sent.
  private static final User NOBODY = User.create(new JsonObject());

  private final Vertx vertx;
  private final ProviderSettings settings;
  private volatile @Nullable Carrier latest;

  private record Carrier(ProviderMetadata metadata, OAuth2Auth auth) {}

  ProviderUrls(Vertx vertx, ProviderSettings settings) {
    this.vertx = vertx;
    this.settings = settings;
  }

  String authorization(ProviderMetadata metadata, AuthorizationRequest request) {
    var optional = new LinkedHashMap<>(settings.authorizeParams());
    optional.putAll(request.passThrough());
    optional.keySet().removeAll(RESERVED);
    if (!settings.resources().atLogin().isEmpty()) {
      optional.remove("resource");
    }
    var parameters = query(metadata.authorization());
    parameters.putAll(optional);
    settings.resources().details().ifPresent(d -> parameters.put("authorization_details", d));
    if (settings.responseMode() != ProviderSettings.ResponseMode.QUERY) {
      parameters.put("response_mode", settings.responseMode().value());
    }
    if (settings.hasIdTokens()) {
      parameters.put("nonce", request.nonce().value());
    }
    request.proofKey().ifPresent(key -> parameters.put("dpop_jkt", key.thumbprint()));
    return withResources(
        auth(metadata)
            .authorizeURL(
                new OAuth2AuthorizationURL()
                    .setAdditionalParameters(parameters)
                    .setRedirectUri(request.redirectUri().toString())
                    .setScopes(scopes())
                    .setState(request.state().value())
                    .setCodeChallenge(request.verifier().challenge())
                    .setCodeChallengeMethod("S256")));
  }

  /// The only parameter that may be there several times, which the library cannot write.
  private String withResources(String url) {
    return url
        + settings.resources().atLogin().stream()
            .map(resource -> "&resource=" + ProviderHttp.encode(resource))
            .collect(Collectors.joining());
  }

  /// What [#authorization] asks, apart from what the endpoint's own URL holds, and apart from the
  /// resources.
  Map<String, String> parameters(ProviderMetadata metadata, AuthorizationRequest request) {
    var parameters = query(URI.create(authorization(metadata, request)));
    parameters.keySet().removeAll(query(metadata.authorization()).keySet());
    if (!settings.resources().atLogin().isEmpty()) {
      parameters.remove("resource"); // there may be several
    }
    return parameters;
  }

  /// An endpoint with these parameters behind those it has.
  static String with(URI endpoint, Map<String, String> parameters) {
    var query =
        parameters.entrySet().stream()
            .map(
                field ->
                    ProviderHttp.encode(field.getKey())
                        + "="
                        + ProviderHttp.encode(field.getValue()))
            .collect(Collectors.joining("&"));
    return endpoint + (endpoint.getRawQuery() == null ? "?" : "&") + query;
  }

  private List<String> scopes() {
    var scopes = settings.scopes();
    return scopes.contains("openid") || !settings.hasIdTokens()
        ? scopes
        : Stream.concat(Stream.of("openid"), scopes.stream()).toList();
  }

  Optional<String> endSession(
      ProviderMetadata metadata, Optional<Secret> idToken, URI returnUri, State state) {
    return metadata
        .endSession()
        .filter(_ -> settings.dialect().endSession().method() != Dialect.EndSession.Method.NONE)
        .map(
            endpoint -> {
              var parameters = new JsonObject();
              query(endpoint).forEach(parameters::put);
              own(returnUri, state).forEach(parameters::put);
              if (settings.dialect().endSession().method()
                  == Dialect.EndSession.Method.RP_INITIATED) {
                logout(idToken, returnUri, state).forEach(parameters::put);
              }
              return auth(metadata).endSessionURL(NOBODY, parameters);
            });
  }

  /// The parameters of the configuration, filled in.
  private Map<String, String> own(URI returnUri, State state) {
    var parameters = new LinkedHashMap<String, String>();
    settings
        .dialect()
        .endSession()
        .params()
        .forEach(
            (name, value) ->
                parameters.put(
                    name,
                    value
                        .replace("{client_id}", settings.clientId())
                        .replace("{post_logout_redirect_uri}", returnUri.toString())
                        .replace("{state}", state.value())));
    return parameters;
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

  /// The endpoints change when discovery does, and a carrier brings an HTTP client along: unused,
  /// but not to be made for each login.
  private OAuth2Auth auth(ProviderMetadata metadata) {
    var carrier = latest;
    if (carrier == null || !carrier.metadata().equals(metadata)) {
      carrier = new Carrier(metadata, OAuth2Auth.create(vertx, options(metadata)));
      latest = carrier;
    }
    return carrier.auth();
  }

  private OAuth2Options options(ProviderMetadata metadata) {
    return new OAuth2Options()
        .setClientId(settings.clientId())
        .setAuthorizationPath(withoutQuery(metadata.authorization()))
        .setLogoutPath(metadata.endSession().map(ProviderUrls::withoutQuery).orElse(null));
  }

  /// A `?` is appended to what it is given, so an endpoint's own query goes with the parameters.
  private static String withoutQuery(URI endpoint) {
    return endpoint.toString().replaceFirst("\\?.*", "");
  }

  private static Map<String, String> query(URI endpoint) {
    var parameters = new LinkedHashMap<String, String>();
    var query = endpoint.getRawQuery() == null ? "" : endpoint.getRawQuery();
    for (var pair : query.split("&", -1)) {
      if (!pair.isEmpty()) {
        var name = pair.replaceFirst("=.*", "");
        parameters.putIfAbsent(
            decode(name), decode(pair.substring(name.length()).replaceFirst("=", "")));
      }
    }
    return parameters;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, UTF_8);
  }
}
