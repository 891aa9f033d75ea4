package dev.cloakroom.oidc;

import dev.cloakroom.jose.DecryptionKeys;
import dev.cloakroom.jose.SigningKeys;
import java.util.Optional;

/// How far a login goes beyond the plain code flow with PKCE. What is asked for here is never
/// traded for less: a provider that does not offer it cannot be used.
///
/// @param requestObjects the keys that sign the parameters of a login; empty: they go unsigned
/// @param decryptionKeys for ID tokens, which must then be encrypted; empty: they must not
/// @spec https://www.rfc-editor.org/rfc/rfc9126 RFC 9126
/// @spec https://www.rfc-editor.org/rfc/rfc9101 RFC 9101
public record Hardening(
    PushedAuthorization pushedAuthorization,
    Optional<SigningKeys> requestObjects,
    Optional<DecryptionKeys> decryptionKeys) {
  public Hardening {
    if (requestObjects.filter(SigningKeys::isEmpty).isPresent()) {
      throw new IllegalArgumentException("signed request objects need a signing key");
    }
  }

  /// What nobody has to ask for.
  public static Hardening usual() {
    return new Hardening(PushedAuthorization.AUTO, Optional.empty(), Optional.empty());
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
