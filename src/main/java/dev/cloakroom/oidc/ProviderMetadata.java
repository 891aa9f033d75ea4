package dev.cloakroom.oidc;

import dev.cloakroom.oidc.client.AuthorizationServer;
import java.net.URI;
import java.util.Optional;

/// What is known of a provider, after discovery, overrides and checks.
///
/// @param jwks empty where nothing is signed
/// @param issInResponse the provider sends `iss` with every authorization response, so that one
///   without it is refused
/// @param offers what it can do beyond that
/// @spec https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata OpenID Connect
///   Discovery 1.0, 3
/// @spec https://www.rfc-editor.org/rfc/rfc9207#section-3 RFC 9207, 3
public record ProviderMetadata(
    String issuer,
    URI authorization,
    URI token,
    Optional<URI> jwks,
    Optional<URI> userinfo,
    Optional<URI> endSession,
    Optional<URI> revocation,
    boolean issInResponse,
    Offers offers) {
  AuthorizationServer server() {
    return new AuthorizationServer(issuer, token, offers.assertionAlgorithms());
  }
}
