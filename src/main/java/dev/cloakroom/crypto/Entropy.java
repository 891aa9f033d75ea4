package dev.cloakroom.crypto;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/// The only source of randomness. Production draws from [SecureRandom]; tests pass a counter, so
/// that every state, nonce and session id of a failing test can be read and repeated.
@FunctionalInterface
public interface Entropy {
  byte[] bytes(int count);

  /// 256 bits as base64url without padding: 43 characters, safe in a URL, a cookie and a header.
  default String token() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(32));
  }

  /// Numbers that hardly repeat and that anybody may guess: for names, never for secrets. Costs a
  /// draw once. Used by one thread only.
  default LongSupplier numbers() {
    return new SplittableRandom(ByteBuffer.wrap(bytes(Long.BYTES)).getLong())::nextLong;
  }

  static Entropy secure() {
    var random = new SecureRandom();
    return count -> {
      var bytes = new byte[count];
      random.nextBytes(bytes);
      return bytes;
    };
  }
}
