package dev.cloakroom.jose;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.nimbusds.jose.jwk.Curve;
import dev.cloakroom.crypto.Hkdf;
import dev.cloakroom.crypto.Secret;
import dev.cloakroom.crypto.Sha256;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPrivateKeySpec;
import java.util.Arrays;
import java.util.Base64;

/// A key that tokens are bound to, so that they are worth nothing without it: P-256, of which
/// others see the public part alone. Immutable; never printed.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9449#section-4.1 RFC 9449, 4.1
public final class ProofKey {
  private static final int OCTETS = 32;
  private static final int DERIVED_OCTETS = 40; // 64 bits more: FIPS 186-5, A.2.1
  private static final ECParameterSpec P256 = Curve.P_256.toECParameterSpec();

  private final byte[] parts; // the number, x and y
  private final PrivateKey key;
  private final JsonObject jwk;
  private final String thumbprint;

  private ProofKey(byte[] parts) {
    this.parts = parts;
    try {
      this.key =
          KeyFactory.getInstance("EC")
              .generatePrivate(new ECPrivateKeySpec(number(part(parts, 0)), P256));
      var x = CompactJws.base64(part(parts, 1));
      var y = CompactJws.base64(part(parts, 2));
      this.jwk = new JsonObject().put("kty", "EC").put("crv", "P-256").put("x", x).put("y", y);
      var members = "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"%s\",\"y\":\"%s\"}".formatted(x, y);
      this.thumbprint = CompactJws.base64(Sha256.hash(members.getBytes(US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("not a key", e);
    }
  }

  /// The key that follows from a secret of 256 random bits, always the same. Takes about half a
  /// millisecond.
  public static ProofKey derive(byte[] secret) {
    var derived = number(Hkdf.derive(secret, "cloakroom proof key", DERIVED_OCTETS));
    var last = P256.getOrder().subtract(BigInteger.TWO);
    var scalar = derived.mod(last).add(BigInteger.ONE);
    try {
      var point = EcPoints.publicPoint(scalar, P256);
      var parts = new byte[3 * OCTETS];
      put(scalar, parts, 0);
      put(point.getAffineX(), parts, 1);
      put(point.getAffineY(), parts, 2);
      return new ProofKey(parts);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK knows P-256", e);
    }
  }

  /// Reads what [#encoded] wrote.
  ///
  /// @throws IllegalArgumentException for anything else
  public static ProofKey decode(String encoded) {
    var parts = Base64.getUrlDecoder().decode(encoded);
    if (parts.length != 3 * OCTETS) {
      throw new IllegalArgumentException("not a key");
    }
    return new ProofKey(parts);
  }

  /// The whole key in 128 characters.
  public Secret encoded() {
    return Secret.of(CompactJws.base64(parts));
  }

  /// What a provider binds a code or a token to.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc7638#section-3 RFC 7638, 3
  public String thumbprint() {
    return thumbprint;
  }

  /// Signs with ES256; the header shows the public key.
  public String sign(String type, JsonObject claims) {
    return CompactJws.of(
        new JsonObject().put("typ", type).put("alg", "ES256").put("jwk", jwk),
        claims,
        input -> {
          var signature = Signature.getInstance("SHA256withECDSAinP1363Format");
          signature.initSign(key);
          signature.update(input);
          return signature.sign();
        });
  }

  private static byte[] part(byte[] parts, int index) {
    return Arrays.copyOfRange(parts, index * OCTETS, (index + 1) * OCTETS);
  }

  private static BigInteger number(byte[] octets) {
    return new BigInteger(1, octets);
  }

  private static void put(BigInteger number, byte[] parts, int index) {
    var octets = number.toByteArray(); // with a zero before it, or shorter
    int length = Math.min(octets.length, OCTETS);
    System.arraycopy(octets, octets.length - length, parts, (index + 1) * OCTETS - length, length);
  }

  @Override
  public boolean equals(@org.jspecify.annotations.Nullable Object other) {
    return other instanceof ProofKey that && MessageDigest.isEqual(parts, that.parts);
  }

  @Override
  public int hashCode() {
    return thumbprint.hashCode();
  }

  @Override
  public String toString() {
    return "ProofKey[" + thumbprint + "]";
  }
}
