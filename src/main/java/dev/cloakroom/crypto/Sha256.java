package dev.cloakroom.crypto;

import io.netty.util.concurrent.FastThreadLocal;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// The hash that everything here is known by. To find an algorithm by its name takes nearly as long
/// as to hash a session id with it (42 and 54 ns), which every call does; so each thread finds it
/// once.
///
/// @spec https://csrc.nist.gov/pubs/fips/180-4/upd1/final FIPS 180-4
public final class Sha256 {
  private static final FastThreadLocal<MessageDigest> OF_THIS_THREAD =
      new FastThreadLocal<>() {
        @Override
        protected MessageDigest initialValue() {
          try {
            return MessageDigest.getInstance("SHA-256");
          } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
          }
        }
      };

  private Sha256() {}

  /// 32 octets, the caller's own.
  public static byte[] hash(byte[] octets) {
    return OF_THIS_THREAD.get().digest(octets); // and is as new
  }
}
