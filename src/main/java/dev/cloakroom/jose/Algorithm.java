package dev.cloakroom.jose;

import java.util.Arrays;
import java.util.Optional;

/// The signature algorithms that exist here. `none` and HMAC do not, so no configuration can allow
/// them.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7518#section-3.1 RFC 7518, 3.1
/// @spec https://www.rfc-editor.org/rfc/rfc8037#section-3.1 RFC 8037, 3.1
public enum Algorithm {
  RS256("RS256", Family.RSA, "", "SHA-256"),
  RS384("RS384", Family.RSA, "", "SHA-384"),
  RS512("RS512", Family.RSA, "", "SHA-512"),
  PS256("PS256", Family.RSA, "", "SHA-256"),
  PS384("PS384", Family.RSA, "", "SHA-384"),
  PS512("PS512", Family.RSA, "", "SHA-512"),
  ES256("ES256", Family.EC, "P-256", "SHA-256"),
  ES384("ES384", Family.EC, "P-384", "SHA-384"),
  ES512("ES512", Family.EC, "P-521", "SHA-512"),
  EDDSA("EdDSA", Family.OKP, "Ed25519", "SHA-512"),
  ED25519("Ed25519", Family.OKP, "Ed25519", "SHA-512");

  /// The kind of key, by its `kty`.
  enum Family {
    RSA,
    EC,
    OKP
  }

  private final String value;
  private final Family family;
  private final String curve;
  private final String hash;

  Algorithm(String value, Family family, String curve, String hash) {
    this.value = value;
    this.family = family;
    this.curve = curve;
    this.hash = hash;
  }

  /// The algorithm of that name; names are case-sensitive.
  public static Optional<Algorithm> named(String value) {
    return Arrays.stream(values()).filter(known -> known.value.equals(value)).findFirst();
  }

  /// As in the `alg` member.
  public String value() {
    return value;
  }

  /// The hash that `at_hash` is made with, as `MessageDigest` calls it.
  ///
  /// @spec https://openid.net/specs/openid-connect-core-1_0.html#CodeIDToken OpenID Connect Core
  ///   1.0, 3.1.3.6
  public String hash() {
    return hash;
  }

  Family family() {
    return family;
  }

  String curve() {
    return curve;
  }
}
