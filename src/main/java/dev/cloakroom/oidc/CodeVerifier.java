package dev.cloakroom.oidc;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/// The secret half of a PKCE pair: 43 characters from 32 random octets. Only S256 exists here.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7636#section-4.1 RFC 7636, 4.1
public record CodeVerifier(String value) {
  /// `BASE64URL(SHA256(verifier))`, without padding.
  public String challenge() {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(value.getBytes(US_ASCII));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return "CodeVerifier[hidden]";
  }
}
