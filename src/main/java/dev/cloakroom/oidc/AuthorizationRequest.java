package dev.cloakroom.oidc;

import java.net.URI;
import java.util.Map;

/// One question to the authorization endpoint. `state`, `nonce` and the S256 challenge are always
/// sent.
///
/// @param passThrough parameters of the login request that passed the provider's allow-list
/// @spec https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1 RFC 6749, 4.1.1
/// @spec https://www.rfc-editor.org/rfc/rfc7636#section-4.3 RFC 7636, 4.3
public record AuthorizationRequest(
    URI redirectUri,
    State state,
    Nonce nonce,
    CodeVerifier verifier,
    Map<String, String> passThrough) {
  public AuthorizationRequest {
    passThrough = Map.copyOf(passThrough);
  }
}
