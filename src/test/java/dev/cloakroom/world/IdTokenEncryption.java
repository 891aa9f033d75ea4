package dev.cloakroom.world;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDHEncrypter;
import com.nimbusds.jose.crypto.RSAEncrypter;
import com.nimbusds.jose.jwk.JWK;
import io.vertx.core.json.JsonObject;
import java.text.ParseException;

/// Encrypts a token to a client, in good ways and bad.
public final class IdTokenEncryption {
  private IdTokenEncryption() {}

  /// The token inside an encrypted one.
  public static String of(
      String token, JsonObject jwk, JWEAlgorithm algorithm, EncryptionMethod method) {
    try {
      var key = JWK.parse(jwk.encode());
      var header =
          new JWEHeader.Builder(algorithm, method).contentType("JWT").keyID(key.getKeyID()).build();
      var encrypted = new JWEObject(header, new Payload(token));
      encrypted.encrypt(
          key.getKeyType().getValue().equals("RSA")
              ? new RSAEncrypter(key.toRSAKey())
              : new ECDHEncrypter(key.toECKey()));
      return encrypted.serialize();
    } catch (JOSEException | ParseException e) {
      throw new AssertionError(e);
    }
  }
}
