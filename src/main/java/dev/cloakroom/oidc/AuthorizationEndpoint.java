package dev.cloakroom.oidc;

import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.jose.StrictJson;
import dev.cloakroom.oidc.client.Answer;
import dev.cloakroom.oidc.client.BackChannel;
import dev.cloakroom.oidc.client.Form;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Writes the URL a login begins with: with the parameters in it, or signed, or pushed to the
/// provider beforehand, as configured. Whatever goes wrong, the parameters never go a weaker way.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9126#section-2 RFC 9126, 2
final class AuthorizationEndpoint {
  private static final int LONGEST_REQUEST_URI = 2048;

  private final ProviderSettings settings;
  private final ProviderUrls urls;
  private final BackChannel backChannel;
  private final RequestObject requestObject;
  private final InstantSource clock;

  AuthorizationEndpoint(
      ProviderSettings settings,
      ProviderUrls urls,
      BackChannel backChannel,
      InstantSource clock,
      Entropy entropy) {
    this.settings = settings;
    this.urls = urls;
    this.backChannel = backChannel;
    this.requestObject = new RequestObject(settings.clientId(), clock, entropy);
    this.clock = clock;
  }

  Future<AuthorizationStart> start(ProviderMetadata provider, AuthorizationRequest request) {
    var hardening = settings.hardening();
    boolean pushes = hardening.pushes(provider.offers());
    if (!pushes && hardening.requestObjects().isEmpty()) {
      return Future.succeededFuture(
          new AuthorizationStart.Ready(urls.authorization(provider, request)));
    }
    var parameters = urls.parameters(provider, request);
    var object =
        hardening
            .requestObjects()
            .map(
                keys ->
                    requestObject.of(provider, parameters, settings.resources().atLogin(), keys));
    return pushes
        ? push(provider, object.map(this::pushed).orElseGet(() -> form(parameters)))
        : Future.succeededFuture(ready(provider, byValue(parameters, object.orElseThrow())));
  }

  private Form form(Map<String, String> parameters) {
    return Form.of(parameters).putAll("resource", settings.resources().atLogin());
  }

  private Form pushed(String object) {
    return Form.of(Map.of("client_id", settings.clientId(), "request", object));
  }

  /// OpenID Connect Core 1.0, 6.1, wants the type and the scope outside as well.
  private Map<String, String> byValue(Map<String, String> parameters, String object) {
    var outside = new LinkedHashMap<String, String>();
    outside.put("client_id", settings.clientId());
    outside.put("response_type", parameters.getOrDefault("response_type", "code"));
    outside.put("scope", parameters.getOrDefault("scope", "openid"));
    outside.put("request", object);
    return outside;
  }

  private Future<AuthorizationStart> push(ProviderMetadata provider, Form form) {
    var endpoint = provider.offers().pushedAuthorization().orElseThrow();
    return backChannel
        .post(provider.server(), endpoint, form)
        .map(
            answer ->
                switch (answer) {
                  case Answer.Failed _ -> new AuthorizationStart.Unavailable(Answer.Failed.RETRY);
                  case Answer.Received received -> read(provider, received);
                });
  }

  private AuthorizationStart read(ProviderMetadata provider, Answer.Received received) {
    var body = StrictJson.object(received.body());
    if (received.status() == 201) {
      return body.flatMap(AuthorizationEndpoint::requestUri)
          .map(uri -> ready(provider, reference(uri)))
          .orElseGet(() -> new AuthorizationStart.Refused("pushed_authorization_malformed"));
    }
    return received.status() >= 400 && received.isTransient()
        ? new AuthorizationStart.Unavailable(received.retryAfter(clock))
        : new AuthorizationStart.Refused("pushed_authorization_" + error(body));
  }

  private Map<String, String> reference(String requestUri) {
    var parameters = new LinkedHashMap<String, String>();
    parameters.put("client_id", settings.clientId());
    parameters.put("request_uri", requestUri);
    return parameters;
  }

  private static AuthorizationStart ready(
      ProviderMetadata provider, Map<String, String> parameters) {
    return new AuthorizationStart.Ready(ProviderUrls.with(provider.authorization(), parameters));
  }

  /// Used at once, so that any positive life is long enough.
  private static Optional<String> requestUri(JsonObject body) {
    return body.getValue("request_uri") instanceof String uri
            && !uri.isEmpty()
            && uri.length() <= LONGEST_REQUEST_URI
            && uri.chars().allMatch(c -> c > 0x20 && c < 0x7f)
            && body.getValue("expires_in") instanceof Number seconds
            && seconds.doubleValue() >= 1
        ? Optional.of(uri)
        : Optional.empty();
  }

  private static String error(Optional<JsonObject> body) {
    return body.map(json -> json.getValue("error"))
        .filter(String.class::isInstance)
        .map(String.class::cast)
        .map(error -> error.equals("invalid_client") ? error : ErrorCodes.known(error))
        .orElse("other");
  }
}
