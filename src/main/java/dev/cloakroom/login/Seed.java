package dev.cloakroom.login;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/// 32 random octets from which everything secret about one login attempt is derived. Never printed.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5869#section-2 RFC 5869, 2
final class Seed {
  static final int LENGTH = 32;

  private final byte[] octets;

  Seed(byte[] octets) {
    this.octets = octets.clone();
  }

  byte[] octets() {
    return octets.clone();
  }

  /// 256 bits for one purpose as base64url, 43 characters.
  String derive(String purpose) {
    try {
      var parameters =
          HKDFParameterSpec.ofExtract()
              .addIKM(octets)
              .thenExpand(("cloakroom login " + purpose).getBytes(US_ASCII), LENGTH);
      var derived = KDF.getInstance("HKDF-SHA256").deriveData(parameters);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(derived);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no HKDF-SHA256", e);
    }
  }

  @Override
  public String toString() {
    return "Seed[hidden]";
  }
}
