package dev.cloakroom.config;

import dev.cloakroom.config.shape.Key;
import dev.cloakroom.config.shape.Section;
import dev.cloakroom.config.shape.Section.Setting;
import dev.cloakroom.config.text.Findings;
import dev.cloakroom.jose.SigningKey;
import dev.cloakroom.oidc.Dialect;
import dev.cloakroom.oidc.Hardening.Dpop;
import dev.cloakroom.oidc.Hardening.Profile;
import dev.cloakroom.oidc.Hardening.PushedAuthorization;
import dev.cloakroom.oidc.client.ClientAuth;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// What a security profile does not go with. One finding for each contradiction, where it is
/// written.
///
/// @spec https://openid.net/specs/fapi-security-profile-2_0-final.html#section-5.3.3 FAPI 2.0
///   Security Profile, 5.3.3
final class ProfileChecks {
  private final Findings findings;

  ProfileChecks(Findings findings) {
    this.findings = findings;
  }

  /// Looks at one provider.
  ///
  /// @param signingKeys those of the gateway; none where they have a finding
  void check(Section provider, Optional<List<SigningKey>> signingKeys) {
    provider
        .setting(ProviderKeys.PROFILE)
        .filter(profile -> profile.value() == Profile.FAPI2)
        .ifPresent(
            profile -> {
              client(provider, signingKeys);
              login(provider);
              tokens(provider);
              metadata(provider);
            });
  }

  private <T> void refuse(
      Section section, Key<T> key, Predicate<T> contradicts, String problem, String remedy) {
    section
        .setting(key)
        .filter(setting -> contradicts.test(setting.value()))
        .ifPresent(setting -> refuse(setting, problem, remedy));
  }

  private void refuse(Setting<?> setting, String problem, String remedy) {
    findings.error(setting.place(), "profile", "profile: fapi2 " + problem, remedy);
  }

  private void client(Section provider, Optional<List<SigningKey>> signingKeys) {
    refuse(
        provider,
        ClientKeys.CLIENT_AUTH,
        method -> method != ClientKeys.Method.PRIVATE_KEY_JWT && !method.certificate(),
        "knows a client by its key or its certificate, not by a secret",
        "write private_key_jwt, tls_client_auth or self_signed_tls_client_auth");
    provider
        .find(ClientKeys.ASSERTION_KEY)
        .ifPresent(
            assertion ->
                refuse(
                    assertion,
                    ClientKeys.AUDIENCE,
                    ClientAuth.Audience.TOKEN_ENDPOINT::equals,
                    "has assertions meant for the issuer",
                    "remove aud"));
    boolean fits =
        signingKeys
            .filter(keys -> !keys.isEmpty())
            .map(keys -> keys.stream().anyMatch(key -> key.knows(Profile.FAPI2.algorithms())))
            .orElse(true);
    var problem = "signs with PS256, ES256 or EdDSA, which no key of auth.signing_keys can";
    refuse(
        provider,
        ClientKeys.CLIENT_AUTH,
        method -> method == ClientKeys.Method.PRIVATE_KEY_JWT && !fits,
        problem,
        "put a key there that can: RSA of 2048 bits, EC on P-256, or Ed25519");
    refuse(
        provider,
        ClientKeys.REQUEST_OBJECT,
        object -> object == ClientKeys.RequestObject.SIGNED && !fits,
        problem,
        "put a key there that can: RSA of 2048 bits, EC on P-256, or Ed25519");
  }

  private void login(Section provider) {
    refuse(
        provider,
        ClientKeys.PUSHED_AUTHORIZATION,
        pushed -> pushed != PushedAuthorization.REQUIRED,
        "pushes the parameters of every login",
        "write required, or remove it");
    refuse(
        provider,
        ProviderKeys.ID_TOKEN_ALGS,
        algorithms -> !Profile.FAPI2.algorithms().containsAll(algorithms),
        "believes in PS256, ES256 and EdDSA, and in no other signature",
        "have the provider sign with one of those");
    refuse(
        provider,
        DialectKeys.ID_TOKEN,
        Dialect.IdTokenUse.NONE::equals,
        "cannot be kept without ID tokens",
        "remove it, or the profile");
  }

  private void tokens(Section provider) {
    boolean bound = provider.find(ClientKeys.BOUND_TOKENS).orElse(false);
    refuse(
        provider,
        ClientKeys.DPOP,
        dpop -> dpop == Dpop.OFF && !bound,
        "has tokens that only the gateway can use",
        "write dpop: required, or certificate_bound_tokens: true");
  }

  private void metadata(Section provider) {
    refuse(
        provider,
        ProviderKeys.INSECURE_HTTP,
        Boolean::booleanValue,
        "goes with https alone",
        "remove it");
    refuse(
        provider,
        ProviderKeys.ISSUER,
        issuer -> issuer.startsWith("http:"),
        "goes with https alone, on loopback too",
        "write https://");
    refuse(
        provider,
        ProviderKeys.ISSUER,
        issuer -> issuer.contains(Dialect.TENANT),
        "knows an issuer to the letter",
        "name one tenant");
    refuse(
        provider,
        ProviderKeys.DISCOVERY_URL,
        ProfileChecks::isPlain,
        "goes with https alone, on loopback too",
        "write https://");
    refuse(
        provider,
        DialectKeys.DISCOVERY,
        Dialect.Metadata.OFF::equals,
        "takes endpoints from the provider's metadata alone",
        "remove it");
    refuse(
        provider,
        ProviderKeys.ENDPOINTS_KEY,
        endpoints ->
            ProviderKeys.ALL_ENDPOINTS.stream().anyMatch(key -> endpoints.find(key).isPresent()),
        "takes endpoints from the provider's metadata alone",
        "remove it");
  }

  private static boolean isPlain(URI url) {
    return url.getScheme().equals("http");
  }
}
