package dev.cloakroom.world;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.UnaryOperator;

/// What the scripted provider says of itself: its metadata.
///
/// @spec https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata OpenID Connect
///   Discovery 1.0, 3
final class Showcase {
  private volatile UnaryOperator<JsonObject> spoiler = UnaryOperator.identity();

  void spoils(UnaryOperator<JsonObject> by) {
    spoiler = by;
  }

  /// After what spoils it already.
  void spoilsToo(UnaryOperator<JsonObject> by) {
    var before = spoiler;
    spoiler = document -> by.apply(before.apply(document));
  }

  /// The document, spoiled as ordered.
  JsonObject at(String issuer) {
    var at = issuer + "/";
    var document =
        new JsonObject()
            .put("issuer", issuer)
            .put("authorization_endpoint", at + "authorize")
            .put("token_endpoint", at + "token")
            .put("jwks_uri", at + "jwks")
            .put("userinfo_endpoint", at + "userinfo")
            .put("revocation_endpoint", at + "revoke")
            .put("introspection_endpoint", at + "introspect")
            .put("end_session_endpoint", at + "end_session")
            .put("response_types_supported", List.of("code"))
            .put(
                "response_modes_supported",
                List.of("query", "form_post", "query.jwt", "form_post.jwt"))
            .put("subject_types_supported", List.of("public"))
            .put("id_token_signing_alg_values_supported", List.of("RS256"))
            .put("code_challenge_methods_supported", List.of("S256"))
            .put(
                "token_endpoint_auth_methods_supported",
                List.of(
                    "client_secret_basic",
                    "client_secret_post",
                    "client_secret_jwt",
                    "private_key_jwt",
                    "tls_client_auth",
                    "self_signed_tls_client_auth"))
            .put("authorization_response_iss_parameter_supported", true);
    return spoiler.apply(document);
  }
}
