package dev.cloakroom.crypto;

import java.nio.ByteBuffer;
import java.util.Base64;

/// One key of `encryption_keys`: 256 bits, written as base64. Its id is derived from the key, so
/// that nodes agree on it without naming it.
public final class EncryptionKey {
  private static final int SIZE = 32;
  private static final int ID_SIZE = 4;
  private static final int NAME_SIZE = 16;

  private final byte[] bytes;
  private final byte[] extracted;
  private final int id;

  private EncryptionKey(byte[] bytes) {
    this.bytes = bytes;
    this.extracted = Hkdf.extract(bytes);
    this.id = ByteBuffer.wrap(Hkdf.expand(extracted, "cloakroom key id", ID_SIZE)).getInt();
  }

  public static EncryptionKey draw(Entropy entropy) {
    return new EncryptionKey(entropy.bytes(SIZE));
  }

  /// Reads a key as `keygen` writes it; base64url and missing padding are taken too.
  ///
  /// @throws IllegalArgumentException when it is not 32 bytes of base64; the message does not
  ///   repeat the value
  public static EncryptionKey parse(Secret text) {
    var bytes = decode(text.reveal().strip());
    if (bytes.length != SIZE) {
      throw new IllegalArgumentException(
          "an encryption key is 32 bytes in base64, this one has "
              + bytes.length
              + "; `cloakroom keygen` makes one");
    }
    return new EncryptionKey(bytes);
  }

  private static byte[] decode(String text) {
    try {
      return Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/'));
    } catch (IllegalArgumentException _) {
      // The cause would quote a character of the key.
      throw new IllegalArgumentException(
          "an encryption key is 32 bytes in base64; `cloakroom keygen` makes one");
    }
  }

  /// The key in base64, as `encryption_keys` takes it.
  public Secret encoded() {
    return Secret.of(Base64.getEncoder().encodeToString(bytes));
  }

  int id() {
    return id;
  }

  /// The key for one context, of this key and `second` together; nobody who lacks either has it.
  byte[] forContext(String context, byte[] second) {
    if (second.length == 0) {
      return Hkdf.expand(extracted, context, SIZE);
    }
    var both = ByteBuffer.allocate(SIZE + second.length).put(bytes).put(second).array();
    return Hkdf.derive(both, context, SIZE);
  }

  /// What `value` is called for one purpose by whoever has the key.
  byte[] name(String purpose, String value) {
    return Hkdf.derive(Hkdf.expand(extracted, purpose, SIZE), value, NAME_SIZE);
  }

  @Override
  public String toString() {
    return "EncryptionKey[hidden]";
  }
}
