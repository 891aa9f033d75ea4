package dev.cloakroom.jose;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import javax.crypto.KeyAgreement;

/// The public point of a private EC key: a key file need not have it, and the JDK does not tell it.
///
/// The JDK does compute it, in a time that says nothing of the key: a key agreement with the
/// generator answers the x of the point. Two points have that x, each the other's mirror image;
/// which of them it is shows the x of the point after it. What is computed here is public.
final class EcPoints {
  private static final BigInteger TWO = BigInteger.TWO;
  private static final BigInteger THREE = BigInteger.valueOf(3);

  private final ECParameterSpec curve;
  private final BigInteger p;
  private final BigInteger a;

  private EcPoints(ECParameterSpec curve) {
    this.curve = curve;
    this.p = ((ECFieldFp) curve.getCurve().getField()).getP();
    this.a = curve.getCurve().getA();
  }

  /// The generator, `secret` times.
  ///
  /// @param secret at least 1, and less than the order of the curve by two or more; the one number
  ///   between is nobody's key
  static ECPoint publicPoint(BigInteger secret, ECParameterSpec curve)
      throws GeneralSecurityException {
    var points = new EcPoints(curve);
    var x = points.xOf(secret);
    var one = new ECPoint(x, points.yOf(x));
    var mirrored = new ECPoint(x, points.p.subtract(one.getAffineY()));
    var after = points.xOf(secret.add(BigInteger.ONE));
    return points.xAfter(one).equals(after) ? one : mirrored;
  }

  private BigInteger xOf(BigInteger secret) throws GeneralSecurityException {
    var keys = KeyFactory.getInstance("EC");
    var agreement = KeyAgreement.getInstance("ECDH");
    agreement.init((ECPrivateKey) keys.generatePrivate(new ECPrivateKeySpec(secret, curve)));
    var _ =
        agreement.doPhase(
            keys.generatePublic(new ECPublicKeySpec(curve.getGenerator(), curve)), true);
    return new BigInteger(1, agreement.generateSecret());
  }

  /// A square root, as it is taken where `p` is 3 modulo 4: on P-256, P-384 and P-521.
  private BigInteger yOf(BigInteger x) {
    var square = x.pow(3).add(a.multiply(x)).add(curve.getCurve().getB()).mod(p);
    return square.modPow(p.add(BigInteger.ONE).shiftRight(2), p);
  }

  /// The x of `point` plus the generator.
  private BigInteger xAfter(ECPoint point) {
    var x1 = point.getAffineX();
    var y1 = point.getAffineY();
    var x2 = curve.getGenerator().getAffineX();
    var y2 = curve.getGenerator().getAffineY();
    if (x1.equals(x2) && !y1.equals(y2)) {
      return BigInteger.ZERO; // nowhere: no point of these curves has this x
    }
    var slope =
        x1.equals(x2)
            ? x1.modPow(TWO, p).multiply(THREE).add(a).multiply(y1.multiply(TWO).modInverse(p))
            : y2.subtract(y1).multiply(x2.subtract(x1).modInverse(p));
    return slope.multiply(slope).subtract(x1).subtract(x2).mod(p);
  }
}
