package dev.cloakroom.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Seals under the first key of a ring and opens with any of them: one format byte, four bytes that
/// name the key, a fresh 96-bit nonce, then AES-256-GCM under a key derived for the context.
/// Format, key name and context are authenticated. Immutable, so every event loop may use one
/// instance.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5116#section-3.2 RFC 5116, 3.2
public final class KeyRingSealer implements Sealer {
  private static final byte FORMAT = 1;
  private static final int HEAD = 1 + Integer.BYTES;
  private static final int NONCE = 12;
  private static final int BODY = HEAD + NONCE;
  private static final int TAG = 16;
  private static final String AES_GCM = "AES/GCM/NoPadding";
  private static final Provider PROVIDER = provider();

  private final List<EncryptionKey> ring;
  private final Entropy entropy;
  private final byte[] second;

  /// A ring whose first key seals.
  ///
  /// @throws IllegalArgumentException for an empty ring, or one with the same key twice
  public KeyRingSealer(List<EncryptionKey> ring, Entropy entropy) {
    if (ring.isEmpty()) {
      throw new IllegalArgumentException("a key ring needs a key");
    }
    if (ring.stream().map(EncryptionKey::id).distinct().count() != ring.size()) {
      throw new IllegalArgumentException("a key is in the ring twice");
    }
    this.ring = List.copyOf(ring);
    this.entropy = entropy;
    this.second = new byte[0];
  }

  private KeyRingSealer(KeyRingSealer ring, Secret second) {
    this.ring = ring.ring;
    this.entropy = ring.entropy;
    this.second = second.reveal().getBytes(UTF_8);
  }

  /// Asked once: to ask all providers for each cipher would be felt.
  private static Provider provider() {
    try {
      return Cipher.getInstance(AES_GCM).getProvider();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has AES-GCM", e);
    }
  }

  /// A ring of one key that nobody else has and that ends with the process.
  public static KeyRingSealer forThisProcess(Entropy entropy) {
    return new KeyRingSealer(List.of(EncryptionKey.draw(entropy)), entropy);
  }

  /// A sealer whose keys are derived from the ring's and from `second` together: what it sealed
  /// opens only for whoever has both.
  public Sealer bound(Secret second) {
    return new KeyRingSealer(this, second);
  }

  /// Keyed hashes of `value` for one purpose: 22 characters of base64url, one for each key of the
  /// ring, that of the first key first. They tell nothing to whoever lacks the keys.
  public List<String> names(String purpose, String value) {
    var base64 = Base64.getUrlEncoder().withoutPadding();
    return ring.stream().map(key -> base64.encodeToString(key.name(purpose, value))).toList();
  }

  @Override
  public byte[] seal(byte[] plain, String context) {
    var key = ring.getFirst();
    var nonce = entropy.bytes(NONCE);
    var sealed = ByteBuffer.allocate(BODY + plain.length + TAG);
    sealed.put(FORMAT).putInt(key.id()).put(nonce);
    try {
      int _ =
          cipher(Cipher.ENCRYPT_MODE, key, sealed.array(), context)
              .doFinal(plain, 0, plain.length, sealed.array(), BODY);
      return sealed.array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has AES-GCM", e);
    }
  }

  @Override
  public Opened open(byte[] sealed, String context) {
    if (sealed.length < BODY + TAG || sealed[0] != FORMAT) {
      return new Opened.Broken();
    }
    return key(ByteBuffer.wrap(sealed, 1, Integer.BYTES).getInt())
        .map(key -> open(key, sealed, context))
        .orElseGet(Opened.UnknownKey::new);
  }

  private Optional<EncryptionKey> key(int id) {
    return ring.stream().filter(key -> key.id() == id).findFirst();
  }

  private Opened open(EncryptionKey key, byte[] sealed, String context) {
    try {
      var cipher = cipher(Cipher.DECRYPT_MODE, key, sealed, context);
      return new Opened.Plain(cipher.doFinal(sealed, BODY, sealed.length - BODY));
    } catch (AEADBadTagException _) {
      return new Opened.Broken();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has AES-GCM", e);
    }
  }

  /// Takes format, key name and nonce from the front of `sealed`.
  private Cipher cipher(int mode, EncryptionKey key, byte[] sealed, String context)
      throws GeneralSecurityException {
    var cipher = Cipher.getInstance(AES_GCM, PROVIDER);
    cipher.init(
        mode,
        new SecretKeySpec(key.forContext(context, second), "AES"),
        new GCMParameterSpec(TAG * Byte.SIZE, sealed, HEAD, NONCE));
    cipher.updateAAD(sealed, 0, HEAD);
    cipher.updateAAD(context.getBytes(UTF_8));
    return cipher;
  }
}
