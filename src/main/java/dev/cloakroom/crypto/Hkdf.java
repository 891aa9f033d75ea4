package dev.cloakroom.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Derives independent keys and values from one secret: HKDF with SHA-256 and no salt, so that the
/// same secret and the same `info` always give the same bytes, and another `info` unrelated ones.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5869#section-2 RFC 5869, 2
public final class Hkdf {
  private static final String HMAC = "HmacSHA256";
  private static final int BLOCK = 32;
  private static final int LONGEST = 255 * BLOCK;
  private static final byte[] NO_SALT = new byte[BLOCK];
  private static final Mac UNUSED = unused();

  private Hkdf() {}

  /// Derives `length` bytes, 1 to 8160, for the purpose `info`.
  ///
  /// @throws IllegalArgumentException for an empty secret or another length
  public static byte[] derive(byte[] secret, String info, int length) {
    return expand(extract(secret), info, length);
  }

  /// The first half of deriving, which is the same for every `info`.
  ///
  /// @throws IllegalArgumentException for an empty secret
  static byte[] extract(byte[] secret) {
    if (secret.length == 0) {
      throw new IllegalArgumentException("nothing to derive from");
    }
    return keyed(NO_SALT).doFinal(secret);
  }

  /// The second half of deriving, from what [#extract] answered.
  ///
  /// @throws IllegalArgumentException for a length out of range
  static byte[] expand(byte[] extracted, String info, int length) {
    if (length < 1 || length > LONGEST) {
      throw new IllegalArgumentException("a length out of range");
    }
    var mac = keyed(extracted);
    var purpose = info.getBytes(UTF_8);
    var derived = ByteBuffer.allocate(length);
    var block = new byte[0];
    for (byte count = 1; derived.hasRemaining(); count++) {
      mac.update(block);
      mac.update(purpose);
      mac.update(count);
      block = mac.doFinal();
      derived.put(block, 0, Math.min(BLOCK, derived.remaining()));
    }
    return derived.array();
  }

  private static Mac keyed(byte[] key) {
    try {
      var mac = (Mac) UNUSED.clone();
      mac.init(new SecretKeySpec(key, HMAC));
      return mac;
    } catch (GeneralSecurityException | CloneNotSupportedException e) {
      throw new IllegalStateException("every JDK's HMAC-SHA256 takes any key and clones", e);
    }
  }

  /// To clone: asking the providers for each would cost more than the hash.
  private static Mac unused() {
    try {
      return (Mac) Mac.getInstance(HMAC).clone(); // settles which provider's it is
    } catch (GeneralSecurityException | CloneNotSupportedException e) {
      throw new IllegalStateException("every JDK has HMAC-SHA256", e);
    }
  }
}
