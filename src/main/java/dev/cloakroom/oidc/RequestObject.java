package dev.cloakroom.oidc;

import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.jose.JwtSigner;
import dev.cloakroom.jose.SigningKeys;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The parameters of a login, signed, so that nobody between the gateway and the provider can
/// change one. It never names a subject, so that no provider can take it for a client assertion.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9101#section-4 RFC 9101, 4
final class RequestObject {
  private static final String TYPE = "oauth-authz-req+jwt";
  private static final long LIFE_SECONDS = 300;

  private final String clientId;
  private final InstantSource clock;
  private final Entropy entropy;

  RequestObject(String clientId, InstantSource clock, Entropy entropy) {
    this.clientId = clientId;
    this.clock = clock;
    this.entropy = entropy;
  }

  String of(
      ProviderMetadata provider,
      Map<String, String> parameters,
      List<String> resources,
      SigningKeys keys) {
    var claims = new JsonObject();
    parameters.forEach(
        (name, value) ->
            claims.put(
                name,
                switch (name) {
                  case "max_age" -> Long.valueOf(value);
                  case "authorization_details" -> new JsonArray(value);
                  default -> value;
                }));
    if (!resources.isEmpty()) {
      claims.put("resource", new JsonArray(resources));
    }
    long now = clock.instant().getEpochSecond();
    return signer(keys, provider.offers().requestObjectAlgorithms())
        .sign(
            TYPE,
            claims
                .put("iss", clientId)
                .put("aud", provider.issuer())
                .put("jti", entropy.token())
                .put("iat", now)
                .put("nbf", now)
                .put("exp", now + LIFE_SECONDS));
  }

  /// Discovery has refused a provider that takes none of the keys.
  private static JwtSigner signer(SigningKeys keys, Set<String> offered) {
    return (offered.isEmpty() ? keys.signer() : keys.signer(offered)).orElseThrow();
  }
}
