package dev.cloakroom.world;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import dev.cloakroom.jose.SigningKey;
import dev.cloakroom.jose.SigningKeys;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.Base64;

/// Private keys as an operator would write them.
public final class TestKeys {
  private TestKeys() {}

  /// An EC key on P-256, as a JWK of that name.
  public static String ec(String kid) {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID(kid).generate().toJSONString();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  /// An RSA key of 2048 bits, as a JWK of that name.
  public static String rsa(String kid) {
    try {
      return new RSAKeyGenerator(2048).keyID(kid).generate().toJSONString();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  /// A new private key of the JDK.
  public static PrivateKey made(String algorithm, int bits) {
    try {
      var generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(bits);
      return generator.generateKeyPair().getPrivate();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /// A key as PEM (PKCS#8).
  public static String pem(PrivateKey key) {
    var body = Base64.getMimeEncoder().encodeToString(key.getEncoded());
    return "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n";
  }

  /// A ring of keys.
  public static SigningKeys ring(String... keys) {
    return new SigningKeys(Arrays.stream(keys).map(TestKeys::key).toList());
  }

  private static SigningKey key(String text) {
    return switch (SigningKey.parse(text)) {
      case SigningKey.Parsed.Usable(var key) -> key;
      case SigningKey.Parsed.Unusable(var problem) -> throw new AssertionError(problem);
    };
  }
}
