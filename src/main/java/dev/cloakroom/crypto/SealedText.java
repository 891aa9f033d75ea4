package dev.cloakroom.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.List;

/// A secret at rest in a file of its own: one line of base64url, of use only to whoever has the key
/// it was sealed under. Immutable; never printed.
public final class SealedText {
  /// The environment variable with the key. It is no part of the configuration, because it opens
  /// parts of it.
  public static final String KEY = "CLOAKROOM_SEALING_KEY";

  private static final String CONTEXT = "cloakroom sealed file";

  private final Sealer sealer;

  /// Seals and opens under one key, as `keygen` writes it.
  ///
  /// @throws IllegalArgumentException when it is no key; the message does not repeat it
  public SealedText(Secret key, Entropy entropy) {
    this.sealer = new KeyRingSealer(List.of(EncryptionKey.parse(key)), entropy);
  }

  /// The line for a file.
  public String seal(Secret secret) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(sealer.seal(secret.reveal().getBytes(UTF_8), CONTEXT));
  }

  /// What such a line holds.
  public Sealer.Opened open(String line) {
    try {
      return sealer.open(Base64.getUrlDecoder().decode(line.strip()), CONTEXT);
    } catch (IllegalArgumentException _) {
      return new Sealer.Opened.Broken();
    }
  }
}
