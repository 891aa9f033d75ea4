package dev.cloakroom.jose;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEDecrypter;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.crypto.ECDHDecrypter;
import com.nimbusds.jose.crypto.RSADecrypter;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import dev.cloakroom.crypto.Secret;
import io.vertx.core.json.JsonObject;
import java.text.ParseException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The gateway's own keys for what is encrypted to it: any opens, the first is published. RSA-OAEP
/// and ECDH-ES with AES; RSAES-PKCS1-v1_5, passwords, shared keys and compressed content are not
/// read. Immutable; never printed.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7516#section-5.2 RFC 7516, 5.2
/// @spec https://www.rfc-editor.org/rfc/rfc8725#section-3 RFC 8725, 3
public final class DecryptionKeys {
  private static final int LONGEST = 64 << 10;
  private static final Set<JWEAlgorithm> RSA =
      Set.of(JWEAlgorithm.parse("RSA-OAEP"), JWEAlgorithm.RSA_OAEP_256);
  private static final Set<JWEAlgorithm> EC =
      Set.of(JWEAlgorithm.ECDH_ES, JWEAlgorithm.ECDH_ES_A128KW, JWEAlgorithm.ECDH_ES_A256KW);
  private static final Set<EncryptionMethod> METHODS =
      Set.of(
          EncryptionMethod.A128GCM,
          EncryptionMethod.A256GCM,
          EncryptionMethod.A128CBC_HS256,
          EncryptionMethod.A256CBC_HS512);

  private final List<Key> keys;

  /// One key.
  public static final class Key {
    private final JWK jwk;

    private Key(JWK jwk) {
      this.jwk = jwk;
    }

    @Override
    public String toString() {
      return "Key[" + jwk.getKeyID() + "]";
    }
  }

  /// What a text turned out to be.
  public sealed interface Parsed {
    record Usable(Key key) implements Parsed {}

    /// Not a key that may decrypt; `problem` goes on from "the value …" and shows nothing of it.
    record Unusable(String problem) implements Parsed {}
  }

  /// Takes the keys in order.
  ///
  /// @throws IllegalArgumentException when there is none
  public DecryptionKeys(List<Key> keys) {
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("decryption needs a key");
    }
    this.keys = List.copyOf(keys);
  }

  /// Reads a private key: PEM (PKCS#8) or JWK, RSA of 2048 to 4096 bits or EC.
  public static Parsed parse(String text) {
    try {
      var jwk = PrivateKeyText.read(text);
      boolean fits =
          (jwk instanceof RSAKey || jwk instanceof ECKey)
              && (jwk.getKeyUse() == null || jwk.getKeyUse().equals(KeyUse.ENCRYPTION));
      return fits
          ? new Parsed.Usable(new Key(jwk))
          : new Parsed.Unusable("is a key that is not for encryption");
    } catch (PrivateKeyText.Unfit e) {
      return new Parsed.Unusable(e.problem());
    }
  }

  /// What was encrypted to one of the keys; empty for everything else, plain text included.
  public Optional<Secret> decrypt(Secret compact) {
    if (compact.reveal().length() > LONGEST) {
      return Optional.empty();
    }
    try {
      var encrypted = JWEObject.parse(compact.reveal());
      var header = encrypted.getHeader();
      if (header.getCompressionAlgorithm() != null
          || header.getCriticalParams() != null
          || !METHODS.contains(header.getEncryptionMethod())) {
        return Optional.empty();
      }
      var named = header.getKeyID();
      return keys.stream()
          .filter(key -> named == null || named.equals(key.jwk.getKeyID()))
          .flatMap(key -> decrypt(compact, header.getAlgorithm(), key).stream())
          .findFirst();
    } catch (ParseException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static Optional<Secret> decrypt(Secret compact, JWEAlgorithm algorithm, Key key) {
    try {
      var decrypter = decrypter(algorithm, key.jwk);
      if (decrypter.isEmpty()) {
        return Optional.empty();
      }
      var encrypted = JWEObject.parse(compact.reveal());
      encrypted.decrypt(decrypter.get());
      var plain = encrypted.getPayload().toString();
      return plain.isEmpty() ? Optional.empty() : Optional.of(Secret.of(plain));
    } catch (JOSEException | ParseException | IllegalStateException _) {
      return Optional.empty();
    }
  }

  private static Optional<JWEDecrypter> decrypter(JWEAlgorithm algorithm, JWK jwk)
      throws JOSEException {
    return switch (jwk) {
      case RSAKey rsa when RSA.contains(algorithm) -> Optional.of(new RSADecrypter(rsa));
      case ECKey ec when EC.contains(algorithm) -> Optional.of(new ECDHDecrypter(ec));
      default -> Optional.empty();
    };
  }

  /// The key to encrypt with, as others see it.
  public JsonObject published() {
    var open = new JsonObject(keys.getFirst().jwk.toPublicJWK().toJSONObject()).put("use", "enc");
    open.remove("key_ops");
    return open;
  }
}
