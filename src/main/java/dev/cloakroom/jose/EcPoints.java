package dev.cloakroom.jose;

import java.math.BigInteger;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;

/// The public point of a private EC key: a key file need not have it, and the JDK does not compute
/// it. Done once per key at start, so it need not be quick, nor hide how long it takes.
final class EcPoints {
  private static final BigInteger TWO = BigInteger.TWO;
  private static final BigInteger THREE = BigInteger.valueOf(3);

  private final BigInteger p;
  private final BigInteger a;

  private EcPoints(ECParameterSpec curve) {
    this.p = ((ECFieldFp) curve.getCurve().getField()).getP();
    this.a = curve.getCurve().getA();
  }

  /// The generator, `secret` times.
  static ECPoint publicPoint(BigInteger secret, ECParameterSpec curve) {
    var points = new EcPoints(curve);
    var sum = ECPoint.POINT_INFINITY;
    for (int bit = secret.bitLength() - 1; bit >= 0; bit--) {
      sum = points.add(sum, sum);
      if (secret.testBit(bit)) {
        sum = points.add(sum, curve.getGenerator());
      }
    }
    return sum;
  }

  private ECPoint add(ECPoint one, ECPoint other) {
    if (one.equals(ECPoint.POINT_INFINITY)) {
      return other;
    }
    if (other.equals(ECPoint.POINT_INFINITY)) {
      return one;
    }
    var x1 = one.getAffineX();
    var y1 = one.getAffineY();
    var x2 = other.getAffineX();
    var y2 = other.getAffineY();
    if (x1.equals(x2) && !y1.equals(y2)) {
      return ECPoint.POINT_INFINITY;
    }
    var slope =
        one.equals(other)
            ? x1.modPow(TWO, p).multiply(THREE).add(a).multiply(y1.multiply(TWO).modInverse(p))
            : y2.subtract(y1).multiply(x2.subtract(x1).modInverse(p));
    var x3 = slope.multiply(slope).subtract(x1).subtract(x2).mod(p);
    var y3 = slope.multiply(x1.subtract(x3)).subtract(y1).mod(p);
    return new ECPoint(x3, y3);
  }
}
