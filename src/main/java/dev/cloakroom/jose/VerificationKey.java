package dev.cloakroom.jose;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// One public key that may verify signatures. Keys for encryption, symmetric keys, RSA below 2048
/// bits, other curves and malformed keys never become one.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7517#section-4 RFC 7517, 4
final class VerificationKey {
  private static final int SHORTEST_RSA = 2048;
  private static final int LONGEST_RSA = 16384;
  private static final int ED25519_SIZE = 32;
  private static final byte[] ED25519_PREFIX =
      HexFormat.of().parseHex("302a300506032b6570032100"); // RFC 8410, 4

  /// All that is read of a key: certificates, URLs and private parts are not.
  private static final List<String> MEMBERS =
      List.of("kty", "kid", "use", "alg", "crv", "n", "e", "x", "y");

  private final JWK jwk;

  private VerificationKey(JWK jwk) {
    this.jwk = jwk;
  }

  static Optional<VerificationKey> parse(JsonObject key) {
    var members = new HashMap<String, Object>();
    for (var name : MEMBERS) {
      if (key.getValue(name) instanceof String value) {
        members.put(name, value);
      }
    }
    if (!forSignatures(key)) {
      return Optional.empty();
    }
    try {
      var jwk = JWK.parse(members);
      return strongEnough(jwk) ? Optional.of(new VerificationKey(jwk)) : Optional.empty();
    } catch (ParseException | IllegalArgumentException | IllegalStateException _) {
      return Optional.empty();
    }
  }

  private static boolean forSignatures(JsonObject key) {
    var use = key.getValue("use");
    var operations = key.getValue("key_ops");
    return (use == null || use.equals("sig"))
        && (operations == null
            || (operations instanceof JsonArray list && list.contains("verify")));
  }

  private static boolean strongEnough(JWK jwk) {
    return switch (jwk) {
      case RSAKey rsa -> rsa.size() >= SHORTEST_RSA && rsa.size() <= LONGEST_RSA;
      case ECKey _ -> true; // P-256 and longer: `fits` compares the curve
      case OctetKeyPair okp -> okp.getDecodedX().length == ED25519_SIZE;
      default -> false; // symmetric keys
    };
  }

  boolean isNamed(String kid) {
    return kid.equals(jwk.getKeyID());
  }

  boolean fits(Algorithm algorithm) {
    var named = jwk.getAlgorithm();
    boolean allowed = named == null || named.getName().equals(algorithm.value());
    boolean family =
        switch (algorithm.family()) {
          case RSA -> jwk instanceof RSAKey;
          case EC -> jwk instanceof ECKey ec && ec.getCurve().getName().equals(algorithm.curve());
          case OKP ->
              jwk instanceof OctetKeyPair okp && okp.getCurve().getName().equals(algorithm.curve());
        };
    return allowed && family;
  }

  boolean verifies(Algorithm algorithm, byte[] signed, byte[] signature) {
    try {
      return switch (jwk) {
        case RSAKey rsa ->
            new RSASSAVerifier(rsa).verify(header(algorithm), signed, Base64URL.encode(signature));
        case ECKey ec ->
            new ECDSAVerifier(ec).verify(header(algorithm), signed, Base64URL.encode(signature));
        case OctetKeyPair okp -> verifiesEd25519(okp, signed, signature);
        default -> false;
      };
    } catch (JOSEException | GeneralSecurityException _) {
      return false;
    }
  }

  /// Only the algorithm: nothing else of the token's header reaches the library.
  private static JWSHeader header(Algorithm algorithm) {
    return new JWSHeader(JWSAlgorithm.parse(algorithm.value()));
  }

  /// By the JDK, because the library would need another one for this curve.
  private static boolean verifiesEd25519(OctetKeyPair key, byte[] signed, byte[] signature)
      throws GeneralSecurityException {
    var x = key.getDecodedX();
    var encoded = new byte[ED25519_PREFIX.length + x.length];
    System.arraycopy(ED25519_PREFIX, 0, encoded, 0, ED25519_PREFIX.length);
    System.arraycopy(x, 0, encoded, ED25519_PREFIX.length, x.length);
    var verifier = Signature.getInstance("Ed25519");
    verifier.initVerify(
        KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded)));
    verifier.update(signed);
    return verifier.verify(signature);
  }
}
