package dev.cloakroom.oidc.client;

import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.jose.JwtSigner;
import dev.cloakroom.jose.SigningKeys;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.List;

/// A signed statement of the gateway about itself, made anew for each request and good for a
/// minute.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7523#section-3 RFC 7523, 3
/// @spec https://openid.net/specs/fapi-security-profile-2_0-final.html#section-5.3.3.1 FAPI 2.0
///   Security Profile, 5.3.3.1
final class ClientAssertion {
  static final String TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
  private static final long LIFE_SECONDS = 60;
  private static final long MINTED_SECONDS = 300;

  private final String clientId;
  private final InstantSource clock;
  private final Entropy entropy;

  ClientAssertion(String clientId, InstantSource clock, Entropy entropy) {
    this.clientId = clientId;
    this.clock = clock;
    this.entropy = entropy;
  }

  String make(AuthorizationServer server, ClientAuth.Audience audience, JwtSigner signer) {
    long now = clock.instant().getEpochSecond();
    return signer.sign(
        "JWT",
        new JsonObject()
            .put("iss", clientId)
            .put("sub", clientId)
            .put("aud", audience(server, audience)) // a single string, never a list
            .put("jti", entropy.token())
            .put("iat", now)
            .put("exp", now + LIFE_SECONDS));
  }

  /// A client secret for the next minutes. The provider bounds its life to six months; nothing here
  /// keeps it that long.
  ///
  /// @spec
  ///   https://developer.apple.com/documentation/accountorganizationaldatasharing/creating-a-client-secret
  ///   Creating a client secret
  String minted(AuthorizationServer server, ClientAuth.MintedSecret secret) {
    long now = clock.instant().getEpochSecond();
    return new SigningKeys(List.of(secret.key()))
        .signer(ClientAuth.MintedSecret.ALGORITHMS)
        .orElseThrow()
        .sign(
            "JWT",
            new JsonObject()
                .put("iss", secret.team())
                .put("sub", clientId)
                .put("aud", server.issuer())
                .put("iat", now)
                .put("exp", now + MINTED_SECONDS));
  }

  private static String audience(AuthorizationServer server, ClientAuth.Audience audience) {
    return switch (audience) {
      case ISSUER -> server.issuer();
      case TOKEN_ENDPOINT -> server.token().toString();
    };
  }
}
