package dev.cloakroom.oidc;

import dev.cloakroom.jose.DecryptionKeys;
import dev.cloakroom.jose.SigningKeys;
import java.util.Optional;
import java.util.Set;

/// How far a login goes beyond the plain code flow with PKCE. What is asked for here is never
/// traded for less: a provider that does not offer it cannot be used.
///
/// @param requestObjects the keys that sign the parameters of a login; empty: they go unsigned
/// @param decryptionKeys for ID tokens, which must then be encrypted; empty: they must not
/// @param boundTokens access tokens are of use only to whoever shows the gateway's certificate
/// @param dpop whether tokens are bound to a key of the login
/// @spec https://www.rfc-editor.org/rfc/rfc9126 RFC 9126
/// @spec https://www.rfc-editor.org/rfc/rfc9101 RFC 9101
/// @spec https://www.rfc-editor.org/rfc/rfc8705#section-3 RFC 8705, 3
/// @spec https://www.rfc-editor.org/rfc/rfc9449 RFC 9449
public record Hardening(
    PushedAuthorization pushedAuthorization,
    Optional<SigningKeys> requestObjects,
    Optional<DecryptionKeys> decryptionKeys,
    boolean boundTokens,
    Dpop dpop,
    Profile profile) {
  public Hardening {
    if (requestObjects.filter(SigningKeys::isEmpty).isPresent()) {
      throw new IllegalArgumentException("signed request objects need a signing key");
    }
  }

  /// What nobody has to ask for.
  public static Hardening usual() {
    return new Hardening(
        PushedAuthorization.AUTO,
        Optional.empty(),
        Optional.empty(),
        false,
        Dpop.OFF,
        Profile.NONE);
  }

  /// These logins are pushed beforehand, or not.
  public Hardening pushing(PushedAuthorization when) {
    return new Hardening(when, requestObjects, decryptionKeys, boundTokens, dpop, profile);
  }

  /// Their parameters are signed.
  public Hardening signing(SigningKeys keys) {
    return new Hardening(
        pushedAuthorization, Optional.of(keys), decryptionKeys, boundTokens, dpop, profile);
  }

  /// They are held to this profile.
  public Hardening held(Profile to) {
    return new Hardening(
        pushedAuthorization, requestObjects, decryptionKeys, boundTokens, dpop, to);
  }

  /// Their access tokens are bound to the gateway's certificate.
  public Hardening binding() {
    return new Hardening(pushedAuthorization, requestObjects, decryptionKeys, true, dpop, profile);
  }

  /// Their tokens are bound to a key of the login.
  public Hardening proving() {
    return new Hardening(
        pushedAuthorization, requestObjects, decryptionKeys, boundTokens, Dpop.REQUIRED, profile);
  }

  /// A security profile that a provider is held to (`profile`). What it demands of the
  /// configuration is checked there; what it demands of the provider, here.
  public enum Profile {
    NONE,
    /// The FAPI 2.0 Security Profile.
    ///
    /// @spec https://openid.net/specs/fapi-security-profile-2_0-final.html#section-5.4.1 FAPI 2.0
    ///   Security Profile, 5.4.1
    FAPI2;

    /// In which signatures may be made; empty: in any.
    public Set<String> algorithms() {
      return switch (this) {
        case NONE -> Set.of();
        case FAPI2 -> Set.of("PS256", "ES256", "EdDSA", "Ed25519");
      };
    }
  }

  /// Whether the parameters of a login go to the provider directly (`pushed_authorization`).
  public enum PushedAuthorization {
    /// Where the provider offers it.
    AUTO,
    /// Always.
    REQUIRED,
    /// Only where the provider demands it.
    OFF
  }

  /// Whether tokens are bound to a key of the login (`dpop`), so that a stolen one is worth
  /// nothing. Nothing between the two: a provider that may answer with less will.
  public enum Dpop {
    OFF,
    /// A token that is not bound is refused.
    REQUIRED
  }

  /// Whether a login needs a key of its own.
  public boolean provesPossession() {
    return dpop == Dpop.REQUIRED;
  }

  boolean pushes(Offers offers) {
    return switch (pushedAuthorization) {
      case AUTO -> offers.pushedAuthorization().isPresent();
      case REQUIRED -> true;
      case OFF -> offers.pushedAuthorizationRequired();
    };
  }
}
