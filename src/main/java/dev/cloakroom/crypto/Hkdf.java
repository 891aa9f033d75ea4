package dev.cloakroom.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/// Derives independent keys and values from one secret: HKDF with SHA-256 and no salt, so that the
/// same secret and the same `info` always give the same bytes, and another `info` unrelated ones.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5869#section-2 RFC 5869, 2
public final class Hkdf {
  private static final int LONGEST = 255 * 32;

  private Hkdf() {}

  /// Derives `length` bytes, 1 to 8160, for the purpose `info`.
  ///
  /// @throws IllegalArgumentException for an empty secret or another length
  public static byte[] derive(byte[] secret, String info, int length) {
    if (secret.length == 0 || length < 1 || length > LONGEST) {
      throw new IllegalArgumentException("nothing to derive from, or a length out of range");
    }
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveData(
              HKDFParameterSpec.ofExtract()
                  .addIKM(secret)
                  .thenExpand(info.getBytes(UTF_8), length));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK 25 has HKDF-SHA256", e);
    }
  }
}
