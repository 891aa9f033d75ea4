package dev.cloakroom.oidc;

import dev.cloakroom.jose.DecryptionKeys;
import dev.cloakroom.jose.SigningKeys;
import java.util.Optional;

/// How far a login goes beyond the plain code flow with PKCE. What is asked for here is never
/// traded for less: a provider that does not offer it cannot be used.
///
/// @param requestObjects the keys that sign the parameters of a login; empty: they go unsigned
/// @param decryptionKeys for ID tokens, which must then be encrypted; empty: they must not
/// @param boundTokens access tokens are of use only to whoever shows the gateway's certificate
/// @spec https://www.rfc-editor.org/rfc/rfc9126 RFC 9126
/// @spec https://www.rfc-editor.org/rfc/rfc9101 RFC 9101
/// @spec https://www.rfc-editor.org/rfc/rfc8705#section-3 RFC 8705, 3
public record Hardening(
    PushedAuthorization pushedAuthorization,
    Optional<SigningKeys> requestObjects,
    Optional<DecryptionKeys> decryptionKeys,
    boolean boundTokens,
    Profile profile) {
  public Hardening {
    if (requestObjects.filter(SigningKeys::isEmpty).isPresent()) {
      throw new IllegalArgumentException("signed request objects need a signing key");
    }
  }

  /// What nobody has to ask for.
  public static Hardening usual() {
    return new Hardening(
        PushedAuthorization.AUTO, Optional.empty(), Optional.empty(), false, Profile.NONE);
  }

  /// These logins are pushed beforehand, or not.
  public Hardening pushing(PushedAuthorization when) {
    return new Hardening(when, requestObjects, decryptionKeys, boundTokens, profile);
  }

  /// Their parameters are signed.
  public Hardening signing(SigningKeys keys) {
    return new Hardening(
        pushedAuthorization, Optional.of(keys), decryptionKeys, boundTokens, profile);
  }

  /// Their access tokens are bound to the gateway's certificate.
  public Hardening binding() {
    return new Hardening(pushedAuthorization, requestObjects, decryptionKeys, true, profile);
  }

  /// A security profile that a provider is held to (`profile`). What it demands of the
  /// configuration is checked there; what it demands of the provider, here.
  public enum Profile {
    NONE,
    /// The FAPI 2.0 Security Profile.
    FAPI2
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

  boolean pushes(Offers offers) {
    return switch (pushedAuthorization) {
      case AUTO -> offers.pushedAuthorization().isPresent();
      case REQUIRED -> true;
      case OFF -> offers.pushedAuthorizationRequired();
    };
  }
}
