package dev.cloakroom.oidc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cloakroom.crypto.Secret;
import io.vertx.core.Future;
import java.net.URI;
import java.util.Base64;
import java.util.Map;

/// Posts forms to a provider as the client this gateway is, with exactly one authentication method.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1 RFC 6749, 2.3.1
final class BackChannel {
  private final ProviderHttp http;
  private final String clientId;
  private final ClientAuth clientAuth;

  BackChannel(ProviderHttp http, ProviderSettings settings) {
    this.http = http;
    this.clientId = settings.clientId();
    this.clientAuth = settings.clientAuth();
  }

  Future<Answer> post(URI endpoint, Map<String, String> fields) {
    return post(endpoint, Form.of(fields));
  }

  Future<Answer> post(URI endpoint, Form fields) {
    var form = fields.copy();
    return switch (clientAuth) {
      case ClientAuth.SecretBasic(var secret) ->
          http.post(endpoint, Map.of("Authorization", basic(secret)), form);
      case ClientAuth.SecretPost(var secret) -> {
        form.put("client_id", clientId);
        form.put("client_secret", secret.reveal());
        yield http.post(endpoint, Map.of(), form);
      }
    };
  }

  /// Both halves are form-encoded before they are joined, so that a colon in one stays in it.
  private String basic(Secret secret) {
    var pair = ProviderHttp.encode(clientId) + ":" + ProviderHttp.encode(secret.reveal());
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
  }
}
