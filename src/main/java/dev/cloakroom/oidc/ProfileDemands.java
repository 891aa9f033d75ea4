package dev.cloakroom.oidc;

import dev.cloakroom.oidc.Hardening.Profile;
import dev.cloakroom.oidc.client.ClientAuth;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;

/// What a profile demands of a provider's metadata, beside what the configuration asks for with it.
/// Pure.
///
/// @spec https://openid.net/specs/fapi-security-profile-2_0-final.html#section-5.3.2 FAPI 2.0
///   Security Profile, 5.3.2
final class ProfileDemands {
  private ProfileDemands() {}

  /// What is missing; empty when nothing is.
  static Optional<String> missing(ProviderSettings settings, JsonObject document) {
    return switch (settings.hardening().profile()) {
      case NONE -> Optional.empty();
      case FAPI2 ->
          missing(settings, document, Offers.of(document, Optional.empty(), Optional.empty()));
    };
  }

  private static Optional<String> missing(
      ProviderSettings settings, JsonObject document, Offers offers) {
    if (!(document.getValue("authorization_response_iss_parameter_supported")
            instanceof Boolean sent
        && sent)) {
      return Optional.of("it does not say who answers (RFC 9207), as fapi2 wants it");
    }
    if (!(document.getValue("code_challenge_methods_supported") instanceof JsonArray)) {
      return Optional.of("it does not say that it knows PKCE with S256, as fapi2 wants it");
    }
    boolean asserts = settings.clientAuth() instanceof ClientAuth.PrivateKeyJwt;
    boolean signs = settings.hardening().requestObjects().isPresent();
    return (asserts && isElsewhere(offers.assertionAlgorithms()))
            || (signs && isElsewhere(offers.requestObjectAlgorithms()))
        ? Optional.of("it takes no signature that fapi2 allows")
        : Optional.empty();
  }

  private static boolean isElsewhere(Set<String> algorithms) {
    return !algorithms.isEmpty() && Collections.disjoint(algorithms, Profile.FAPI2.algorithms());
  }
}
