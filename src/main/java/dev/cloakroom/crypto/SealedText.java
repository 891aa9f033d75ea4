package dev.cloakroom.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.List;

/// A secret at rest in a file of its own: one line of base64url, of use only to whoever has the key
/// it was sealed under, under the name of its file and beside a file with its client's `client_id`.
/// So no sealed file opens in the place of another kind, or of another client. Immutable; never
/// printed.
public final class SealedText {
  /// The environment variable with the key. It is no part of the configuration, because it opens
  /// parts of it.
  public static final String KEY = "CLOAKROOM_SEALING_KEY";

  /// The file beside a sealed one that says, in the clear, whose it is.
  public static final String CLIENT_ID = "client_id";

  private final Sealer sealer;

  /// Seals and opens under one key, as `keygen` writes it.
  ///
  /// @throws IllegalArgumentException when it is no key; the message does not repeat it
  public SealedText(Secret key, Entropy entropy) {
    this.sealer = new KeyRingSealer(List.of(EncryptionKey.parse(key)), entropy);
  }

  /// The line for a file.
  ///
  /// @param file its name, without a folder
  /// @param clientId what the file `client_id` beside it holds
  public String seal(Secret secret, String file, String clientId) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(sealer.seal(secret.reveal().getBytes(UTF_8), context(file, clientId)));
  }

  /// What such a line holds, when it was sealed for that file of that client.
  public Sealer.Opened open(String line, String file, String clientId) {
    try {
      return sealer.open(Base64.getUrlDecoder().decode(line.strip()), context(file, clientId));
    } catch (IllegalArgumentException _) {
      return new Sealer.Opened.Broken();
    }
  }

  /// With the length, so that nothing can move from the one name to the other.
  private static String context(String file, String clientId) {
    return "cloakroom sealed file " + file.length() + ":" + file + clientId;
  }
}
