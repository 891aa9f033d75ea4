package dev.cloakroom.oidc;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.cloakroom.crypto.Sha256;
import java.util.Base64;

/// The secret half of a PKCE pair: 43 characters from 32 random octets. Only S256 exists here.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7636#section-4.1 RFC 7636, 4.1
public record CodeVerifier(String value) {
  /// `BASE64URL(SHA256(verifier))`, without padding.
  public String challenge() {
    var hash = Sha256.hash(value.getBytes(US_ASCII));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
  }

  @Override
  public String toString() {
    return "CodeVerifier[hidden]";
  }
}
