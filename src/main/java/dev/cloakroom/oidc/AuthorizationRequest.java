package dev.cloakroom.oidc;

import dev.cloakroom.jose.ProofKey;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/// One question to the authorization endpoint. `state`, `nonce` and the S256 challenge are always
/// sent.
///
/// @param proofKey what the code is to be bound to
/// @param passThrough parameters of the login request that passed the provider's allow-list
/// @spec https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1 RFC 6749, 4.1.1
/// @spec https://www.rfc-editor.org/rfc/rfc7636#section-4.3 RFC 7636, 4.3
/// @spec https://www.rfc-editor.org/rfc/rfc9449#section-10 RFC 9449, 10
public record AuthorizationRequest(
    URI redirectUri,
    State state,
    Nonce nonce,
    CodeVerifier verifier,
    Optional<ProofKey> proofKey,
    Map<String, String> passThrough) {
  public AuthorizationRequest {
    passThrough = Map.copyOf(passThrough);
  }
}
