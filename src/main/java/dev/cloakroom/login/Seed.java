package dev.cloakroom.login;

import dev.cloakroom.crypto.Hkdf;
import java.util.Base64;

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
    return Base64.getUrlEncoder().withoutPadding().encodeToString(octets(purpose));
  }

  /// 256 bits for one purpose.
  byte[] octets(String purpose) {
    return Hkdf.derive(octets, "cloakroom login " + purpose, LENGTH);
  }

  @Override
  public String toString() {
    return "Seed[hidden]";
  }
}
