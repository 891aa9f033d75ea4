package dev.cloakroom.cli.registration;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/// What an installation registers as: a confidential web client of the code flow.
///
/// @param publicUrl the origin that browsers see
/// @param scope what it may ask for, between spaces; empty: the provider decides
/// @spec https://www.rfc-editor.org/rfc/rfc7591#section-2 RFC 7591, 2
public record Installation(URI publicUrl, String basePath, String name, Optional<String> scope) {
  static final String CLIENT_AUTH = "client_secret_basic";

  String redirectUri() {
    return base() + "/callback";
  }

  private String base() {
    return publicUrl.getScheme().toLowerCase(Locale.ROOT)
        + "://"
        + publicUrl.getRawAuthority()
        + basePath;
  }

  JsonObject metadata() {
    var metadata =
        new JsonObject()
            .put("client_name", name)
            .put("application_type", "web")
            .put("redirect_uris", JsonArray.of(redirectUri()))
            .put("post_logout_redirect_uris", JsonArray.of(base() + "/logout/callback"))
            .put("backchannel_logout_uri", base() + "/backchannel-logout")
            .put("backchannel_logout_session_required", true)
            .put("grant_types", JsonArray.of("authorization_code", "refresh_token"))
            .put("response_types", JsonArray.of("code"))
            .put("token_endpoint_auth_method", CLIENT_AUTH);
    scope.ifPresent(words -> metadata.put("scope", words));
    return metadata;
  }
}
