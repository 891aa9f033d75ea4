package dev.cloakroom.jose;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.text.ParseException;
import java.util.Base64;
import java.util.Set;
import java.util.regex.Pattern;

/// Reads a private key that an operator wrote down: PEM (PKCS#8), or a JWK. Its name is the JWK's
/// `kid`, else the key's thumbprint.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7638 RFC 7638
final class PrivateKeyText {
  private static final int SHORTEST_RSA = 2048;

  /// Whoever signs with a longer one keeps an event loop busy for tens of milliseconds.
  private static final int LONGEST_RSA = 4096;

  private static final Set<Curve> CURVES =
      Set.of(Curve.P_256, Curve.P_384, Curve.P_521, Curve.Ed25519);
  private static final Pattern PKCS8 =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

  private PrivateKeyText() {}

  /// Says why a text is no key that may be used; never what it holds.
  static final class Unfit extends Exception {
    private static final long serialVersionUID = 1;

    Unfit(String problem) {
      super(problem, null, false, false);
    }

    String problem() {
      return String.valueOf(getMessage());
    }
  }

  /// The key, with a name.
  static JWK read(String text) throws Unfit {
    var key = text.strip().startsWith("{") ? jwk(text) : pem(text);
    if (!key.isPrivate()) {
      throw new Unfit("is a key without its private part");
    }
    switch (key) {
      case RSAKey rsa when rsa.size() < SHORTEST_RSA ->
          throw new Unfit("is an RSA key of less than 2048 bits");
      case RSAKey rsa when rsa.size() > LONGEST_RSA ->
          throw new Unfit("is an RSA key of more than 4096 bits");
      case RSAKey _ -> {}
      case ECKey ec when CURVES.contains(ec.getCurve()) -> {}
      case OctetKeyPair okp when CURVES.contains(okp.getCurve()) -> {}
      default -> throw new Unfit("is a key of a kind that is not used here");
    }
    return named(key);
  }

  private static JWK jwk(String text) throws Unfit {
    try {
      return JWK.parse(text);
    } catch (ParseException | IllegalArgumentException | IllegalStateException _) {
      throw new Unfit("is not a JWK");
    }
  }

  private static JWK named(JWK key) throws Unfit {
    try {
      if (key.getKeyID() != null) {
        return key;
      }
      var name = key.computeThumbprint().toString();
      return switch (key) {
        case RSAKey rsa -> new RSAKey.Builder(rsa).keyID(name).build();
        case ECKey ec -> new ECKey.Builder(ec).keyID(name).build();
        case OctetKeyPair okp -> new OctetKeyPair.Builder(okp).keyID(name).build();
        default -> key;
      };
    } catch (JOSEException | IllegalStateException _) {
      throw new Unfit("is a key that cannot be used");
    }
  }

  private static JWK pem(String text) throws Unfit {
    var block = PKCS8.matcher(text);
    if (!block.find()) {
      throw new Unfit("is neither a JWK nor a private key as PEM (PKCS#8)");
    }
    try {
      var encoded = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(block.group(1)));
      return any(encoded);
    } catch (GeneralSecurityException | IllegalArgumentException | IllegalStateException _) {
      throw new Unfit("is a PEM that holds no RSA or EC key; write others as a JWK");
    }
  }

  /// PKCS#8 says what it holds, and the JDK does not tell.
  private static JWK any(PKCS8EncodedKeySpec encoded) throws GeneralSecurityException {
    try {
      return rsa(encoded);
    } catch (GeneralSecurityException _) {
      return ec(encoded);
    }
  }

  private static JWK rsa(PKCS8EncodedKeySpec encoded) throws GeneralSecurityException {
    var keys = KeyFactory.getInstance("RSA");
    var key = (RSAPrivateCrtKey) keys.generatePrivate(encoded);
    var open = keys.generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()));
    return new RSAKey.Builder((RSAPublicKey) open).privateKey(key).build();
  }

  private static JWK ec(PKCS8EncodedKeySpec encoded) throws GeneralSecurityException {
    var keys = KeyFactory.getInstance("EC");
    var key = (ECPrivateKey) keys.generatePrivate(encoded);
    var point = EcPoints.publicPoint(key.getS(), key.getParams());
    var open = (ECPublicKey) keys.generatePublic(new ECPublicKeySpec(point, key.getParams()));
    return new ECKey.Builder(Curve.forECParameterSpec(key.getParams()), open)
        .privateKey(key)
        .build();
  }
}
