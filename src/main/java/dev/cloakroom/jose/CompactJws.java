package dev.cloakroom.jose;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonObject;
import java.security.GeneralSecurityException;
import java.util.Base64;

/// Puts a signed token together.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7515#section-7.1 RFC 7515, 7.1
final class CompactJws {
  private CompactJws() {}

  /// Makes the octets of a signature.
  @FunctionalInterface
  interface Signature {
    byte[] over(byte[] input) throws GeneralSecurityException;
  }

  static String of(JsonObject header, JsonObject claims, Signature signature) {
    var input = base64(header) + "." + base64(claims);
    try {
      return input + "." + base64(signature.over(input.getBytes(US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a JDK that cannot sign " + header.getValue("alg"), e);
    }
  }

  private static String base64(JsonObject json) {
    return base64(json.encode().getBytes(UTF_8));
  }

  static String base64(byte[] octets) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
  }
}
