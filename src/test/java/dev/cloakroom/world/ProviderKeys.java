package dev.cloakroom.world;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The signing keys of the scripted provider, and every way of signing well or badly.
public final class ProviderKeys {
  /// How a token is signed.
  public enum Signing {
    /// As it should be.
    RS256,
    /// `alg: none`, no signature.
    NONE,
    /// HMAC under the client secret.
    HS256_WITH_SECRET,
    /// HMAC under the bytes of the public key: the classic confusion.
    HS256_WITH_PUBLIC_KEY,
    /// One bit of the signature flipped.
    BROKEN,
    /// A key that was never published, under the `kid` of one that was.
    FOREIGN_KEY,
    /// A key that was never published, under a `kid` that nobody knows.
    UNKNOWN_KID,
    /// As it should be, but the header names no `kid`.
    WITHOUT_KID,
    /// As it should be, with an elliptic key.
    ES256,
    /// The same, one bit of the signature flipped.
    BROKEN_ES256
  }

  private record Key(String kid, KeyPair pair) {}

  private static final List<KeyPair> PAIRS = List.of(generate(), generate(), generate());

  private static final KeyPair ELLIPTIC = generateElliptic();
  private static final String ELLIPTIC_KID = "key-elliptic";

  private final List<Key> published = new CopyOnWriteArrayList<>();
  private volatile boolean anotherFirst;
  private final AtomicInteger made = new AtomicInteger();

  ProviderKeys() {
    rotate();
  }

  /// From now on another key signs, and only that one is published.
  void rotate() {
    int number = made.getAndIncrement();
    published.clear();
    published.add(new Key("key-" + number, PAIRS.get(number % 2)));
  }

  /// From now on a key that signs nothing is published before the others.
  void publishAnotherFirst() {
    anotherFirst = true;
  }

  JsonObject jwks() {
    var keys = new JsonArray();
    if (anotherFirst) {
      keys.add(jwk(new Key("key-unused", PAIRS.get(2))));
    }
    published.forEach(key -> keys.add(jwk(key)));
    keys.add(ellipticJwk());
    return new JsonObject().put("keys", keys);
  }

  private static JsonObject jwk(Key key) {
    var rsa = (RSAPublicKey) key.pair.getPublic();
    return new JsonObject()
        .put("kty", "RSA")
        .put("use", "sig")
        .put("alg", "RS256")
        .put("kid", key.kid)
        .put("n", base64(unsigned(rsa.getModulus())))
        .put("e", base64(unsigned(rsa.getPublicExponent())));
  }

  private static JsonObject ellipticJwk() {
    var point = ((ECPublicKey) ELLIPTIC.getPublic()).getW();
    return new JsonObject()
        .put("kty", "EC")
        .put("crv", "P-256")
        .put("use", "sig")
        .put("alg", "ES256")
        .put("kid", ELLIPTIC_KID)
        .put("x", base64(coordinate(point.getAffineX())))
        .put("y", base64(coordinate(point.getAffineY())));
  }

  private static byte[] coordinate(BigInteger number) {
    var bytes = unsigned(number);
    var padded = new byte[32];
    System.arraycopy(bytes, 0, padded, padded.length - bytes.length, bytes.length);
    return padded;
  }

  private static byte[] unsigned(BigInteger number) {
    var bytes = number.toByteArray();
    return bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
  }

  String sign(JsonObject header, JsonObject claims, Signing how, String clientSecret) {
    var key = published.getFirst();
    var kid =
        switch (how) {
          case UNKNOWN_KID -> "nobody-knows-" + made.incrementAndGet();
          case ES256, BROKEN_ES256 -> ELLIPTIC_KID;
          case RS256,
              NONE,
              HS256_WITH_SECRET,
              HS256_WITH_PUBLIC_KEY,
              BROKEN,
              FOREIGN_KEY,
              WITHOUT_KID ->
              key.kid;
        };
    var head = header.copy().put("alg", alg(how));
    if (how != Signing.WITHOUT_KID) {
      head.put("kid", kid);
    }
    var input =
        base64(head.toString().getBytes(UTF_8)) + "." + base64(claims.toString().getBytes(UTF_8));
    var bytes = input.getBytes(UTF_8);
    var signature =
        switch (how) {
          case RS256, WITHOUT_KID -> rsa(key.pair, bytes);
          case NONE -> new byte[0];
          case HS256_WITH_SECRET -> mac(clientSecret.getBytes(UTF_8), bytes);
          case HS256_WITH_PUBLIC_KEY -> mac(key.pair.getPublic().getEncoded(), bytes);
          case BROKEN -> flipped(rsa(key.pair, bytes));
          case ES256 -> elliptic(bytes);
          case BROKEN_ES256 -> flipped(elliptic(bytes));
          case FOREIGN_KEY, UNKNOWN_KID -> rsa(PAIRS.get(2), bytes);
        };
    return input + "." + base64(signature);
  }

  private static String alg(Signing how) {
    return switch (how) {
      case NONE -> "none";
      case HS256_WITH_SECRET, HS256_WITH_PUBLIC_KEY -> "HS256";
      case RS256, BROKEN, FOREIGN_KEY, UNKNOWN_KID, WITHOUT_KID -> "RS256";
      case ES256, BROKEN_ES256 -> "ES256";
    };
  }

  /// The left half of the hash of the access token.
  static String atHash(String accessToken) {
    return base64(Arrays.copyOf(sha256(accessToken.getBytes(UTF_8)), 16));
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static byte[] rsa(KeyPair pair, byte[] input) {
    try {
      var signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(pair.getPrivate());
      signature.update(input);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] elliptic(byte[] input) {
    try {
      var signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initSign(ELLIPTIC.getPrivate());
      signature.update(input);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] mac(byte[] key, byte[] input) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(input);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] flipped(byte[] signature) {
    signature[signature.length / 2] ^= 1;
    return signature;
  }

  private static KeyPair generateElliptic() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPair generate() {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
