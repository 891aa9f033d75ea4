package dev.cloakroom.jose;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import io.vertx.core.json.JsonObject;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.PSSParameterSpec;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// A private key of the gateway's own that signs. Immutable; never printed.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7518#section-3.1 RFC 7518, 3.1
public final class SigningKey {
  private static final byte[] ED25519_PREFIX =
      HexFormat.of().parseHex("302e020100300506032b657004220420"); // RFC 8410, 7

  private final JWK jwk;
  private final PrivateKey key;

  /// Best first; the last resort of whoever does not know what the reader takes is [#usual].
  private final List<Algorithm> algorithms;

  /// What a text turned out to be.
  public sealed interface Parsed {
    record Usable(SigningKey key) implements Parsed {}

    /// Not a key that may sign; `problem` goes on from "the value …" and shows nothing of it.
    record Unusable(String problem) implements Parsed {}
  }

  private SigningKey(JWK jwk, PrivateKey key, List<Algorithm> algorithms) {
    this.jwk = jwk;
    this.key = key;
    this.algorithms = algorithms;
  }

  /// Reads a private key: PEM (PKCS#8; RSA of 2048 to 4096 bits, EC on P-256, P-384 or P-521), or a
  /// JWK (those, and Ed25519). Its name is the JWK's `kid`, else its thumbprint.
  public static Parsed parse(String text) {
    try {
      var jwk = PrivateKeyText.read(text);
      if (jwk.getKeyUse() != null && !jwk.getKeyUse().equals(KeyUse.SIGNATURE)) {
        return new Parsed.Unusable("is a key that is not for signatures");
      }
      var algorithms = algorithms(jwk);
      return algorithms.isEmpty()
          ? new Parsed.Unusable("is a key whose alg is not known here, or not its own")
          : new Parsed.Usable(new SigningKey(jwk, key(jwk), algorithms));
    } catch (PrivateKeyText.Unfit e) {
      return new Parsed.Unusable(e.problem());
    } catch (JOSEException | GeneralSecurityException _) {
      return new Parsed.Unusable("is a key that cannot be used");
    }
  }

  /// What the kind of the key allows, or the one algorithm that the JWK names.
  private static List<Algorithm> algorithms(JWK jwk) {
    var possible =
        switch (jwk) {
          case RSAKey _ ->
              List.of(
                  Algorithm.PS256,
                  Algorithm.RS256,
                  Algorithm.PS384,
                  Algorithm.RS384,
                  Algorithm.PS512,
                  Algorithm.RS512);
          case ECKey ec ->
              List.of(Algorithm.ES256, Algorithm.ES384, Algorithm.ES512).stream()
                  .filter(algorithm -> algorithm.curve().equals(ec.getCurve().getName()))
                  .toList();
          default -> List.of(Algorithm.EDDSA, Algorithm.ED25519);
        };
    var named = jwk.getAlgorithm();
    return possible.stream()
        .filter(each -> named == null || each.value().equals(named.getName()))
        .toList();
  }

  private static PrivateKey key(JWK jwk) throws JOSEException, GeneralSecurityException {
    return switch (jwk) {
      case RSAKey rsa -> rsa.toRSAPrivateKey();
      case ECKey ec -> ec.toECPrivateKey();
      case OctetKeyPair okp -> ed25519(okp.getDecodedD());
      default -> throw new JOSEException("no such kind of key");
    };
  }

  private static PrivateKey ed25519(byte[] seed) throws GeneralSecurityException {
    var encoded = new byte[ED25519_PREFIX.length + seed.length];
    System.arraycopy(ED25519_PREFIX, 0, encoded, 0, ED25519_PREFIX.length);
    System.arraycopy(seed, 0, encoded, ED25519_PREFIX.length, seed.length);
    return KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(encoded));
  }

  /// The same key under the name that somebody else has given it.
  public SigningKey named(String kid) {
    var other =
        switch (jwk) {
          case RSAKey rsa -> new RSAKey.Builder(rsa).keyID(kid).build();
          case ECKey ec -> new ECKey.Builder(ec).keyID(kid).build();
          case OctetKeyPair okp -> new OctetKeyPair.Builder(okp).keyID(kid).build();
          default -> throw new IllegalStateException("no such kind of key");
        };
    return new SigningKey(other, key, algorithms);
  }

  public String kid() {
    return jwk.getKeyID();
  }

  /// The key as others see it: its public part, its name, what it is for.
  JsonObject published() {
    var open = new JsonObject(jwk.toPublicJWK().toJSONObject()).put("use", "sig");
    open.remove("key_ops");
    return algorithms.size() == 1 ? open.put("alg", algorithms.getFirst().value()) : open;
  }

  /// What to sign with for somebody who has not said what he takes: for RSA that is RS256, which
  /// everybody knows.
  Algorithm usual() {
    return algorithms.contains(Algorithm.RS256) ? Algorithm.RS256 : algorithms.getFirst();
  }

  /// Whether it can sign in one of these algorithms.
  public boolean knows(Set<String> offered) {
    return bestOf(offered).isPresent();
  }

  /// The best algorithm among those offered.
  Optional<Algorithm> bestOf(Set<String> offered) {
    return algorithms.stream().filter(each -> offered.contains(each.value())).findFirst();
  }

  JwtSigner with(Algorithm algorithm) {
    return (type, claims) ->
        CompactJws.of(
            new JsonObject().put("typ", type).put("alg", algorithm.value()).put("kid", kid()),
            claims,
            input -> sign(algorithm, input));
  }

  private byte[] sign(Algorithm algorithm, byte[] input) throws GeneralSecurityException {
    var signature = signature(algorithm);
    signature.initSign(key);
    signature.update(input);
    return signature.sign();
  }

  private static Signature signature(Algorithm algorithm) throws GeneralSecurityException {
    var hash = algorithm.hash();
    return switch (algorithm) {
      case RS256, RS384, RS512 -> Signature.getInstance(compact(hash) + "withRSA");
      case PS256, PS384, PS512 -> {
        var pss = Signature.getInstance("RSASSA-PSS");
        int salt = Integer.parseInt(hash.substring("SHA-".length())) / Byte.SIZE;
        pss.setParameter(
            new PSSParameterSpec(
                hash,
                "MGF1",
                new MGF1ParameterSpec(hash),
                salt,
                PSSParameterSpec.TRAILER_FIELD_BC));
        yield pss;
      }
      case ES256, ES384, ES512 -> Signature.getInstance(compact(hash) + "withECDSAinP1363Format");
      case EDDSA, ED25519 -> Signature.getInstance("Ed25519");
    };
  }

  private static String compact(String hash) {
    return hash.replace("-", "").toUpperCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return "SigningKey[" + kid() + "]";
  }
}
