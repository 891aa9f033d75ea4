package dev.cloakroom.config;

import dev.cloakroom.config.shape.Section;
import dev.cloakroom.config.shape.Section.Setting;
import dev.cloakroom.config.text.Environment;
import dev.cloakroom.config.text.Findings;
import dev.cloakroom.config.text.Place;
import dev.cloakroom.config.text.Value;
import dev.cloakroom.jose.SigningKey;
import dev.cloakroom.oidc.Dialect;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What must agree in `providers`.
final class ProviderChecks {
  /// Parameters that the gateway alone decides about.
  static final Set<String> RESERVED =
      Set.of(
          "response_type",
          "response_mode",
          "client_id",
          "client_secret",
          "client_assertion",
          "client_assertion_type",
          "redirect_uri",
          "scope",
          "state",
          "nonce",
          "code_challenge",
          "code_challenge_method",
          "dpop_jkt",
          "request",
          "request_uri");

  private final Findings findings;
  private final ClientChecks client;
  private final Optional<List<SigningKey>> signingKeys;

  /// Takes the gateway's signing keys; nothing where they have a finding.
  ProviderChecks(
      Environment environment, Optional<List<SigningKey>> signingKeys, Findings findings) {
    this.findings = findings;
    this.client = new ClientChecks(environment, findings);
    this.signingKeys = signingKeys;
  }

  void providers(Setting<Map<String, Section>> providers) {
    boolean noneWritten =
        providers.shown() instanceof Value.Entries(_, var entries)
            && entries.values().stream().allMatch(e -> e.value() instanceof Value.Nothing);
    if (noneWritten) {
      findings.error(providers.place(), "missing-key", "providers names no provider", "");
    }
    var dialects = new DialectChecks(findings, providers.value().keySet());
    var profiles = new ProfileChecks(findings);
    providers
        .value()
        .forEach(
            (name, provider) -> {
              provider(provider);
              dialects.check(provider);
              client.client(provider, written(providers.shown(), name), signingKeys);
              profiles.check(provider, signingKeys);
            });
  }

  private static Set<String> written(Value providers, String name) {
    return providers instanceof Value.Entries(_, var entries)
            && entries.get(name) instanceof Value.Entry(_, Value.Entries(_, var own))
        ? own.keySet()
        : Set.of();
  }

  private void provider(Section provider) {
    boolean insecure = provider.find(ProviderKeys.INSECURE_HTTP).orElse(false);
    provider.setting(ProviderKeys.ISSUER).ifPresent(issuer -> issuer(issuer, insecure));
    provider.setting(ProviderKeys.DISCOVERY_URL).ifPresent(url -> https(url, insecure));
    provider
        .find(ProviderKeys.ENDPOINTS_KEY)
        .ifPresent(
            endpoints ->
                ProviderKeys.ALL_ENDPOINTS.forEach(
                    key -> endpoints.setting(key).ifPresent(url -> https(url, insecure))));
    provider
        .written(ProviderKeys.INSECURE_HTTP)
        .filter(Setting::value)
        .ifPresent(
            key ->
                findings.warning(
                    key.place(), "insecure", "plain http is accepted for this provider", ""));
    parameters(provider);
    lists(provider);
  }

  private void issuer(Setting<String> issuer, boolean insecure) {
    try {
      var uri = new URI(issuer.value().replace(Dialect.TENANT, "tenant")).parseServerAuthority();
      if (uri.getHost() == null || uri.getRawUserInfo() != null) {
        findings.error(issuer.place(), "bad-url", "the issuer is not a URL with a host", "");
      } else {
        https(new Setting<>(uri, issuer.shown(), false), insecure);
      }
    } catch (URISyntaxException e) {
      findings.error(issuer.place(), "bad-url", "the issuer is not a URL", "");
    }
  }

  private void https(Setting<URI> url, boolean insecure) {
    boolean plain = url.value().getScheme().equals("http");
    if (plain && !insecure && !Origins.isLoopback(url.value().getHost())) {
      findings.error(
          url.place(),
          "plain-http",
          "plain http to a provider that is not on this machine",
          "write https; the client secret and all tokens travel there");
    }
  }

  private void parameters(Section provider) {
    provider
        .setting(ProviderKeys.AUTHORIZE_PARAMS)
        .ifPresent(
            params -> {
              if (params.shown() instanceof Value.Entries(_, var entries)) {
                entries.forEach((name, entry) -> reserved(name, entry.key()));
              }
            });
    provider
        .setting(ProviderKeys.ALLOWED_LOGIN_PARAMS)
        .ifPresent(names -> names.value().forEach(name -> reserved(name, names.place())));
  }

  private void reserved(String name, Place place) {
    if (name.equals("authorization_details")) {
      findings.error(
          place,
          "reserved-parameter",
          "'authorization_details' is a key of its own",
          "write it beside, as a list of maps");
    } else if (RESERVED.contains(name)) {
      findings.error(
          place,
          "reserved-parameter",
          "'" + name + "' is decided by the gateway",
          "the authorization code flow with PKCE is the only one");
    }
  }

  private void lists(Section provider) {
    provider
        .setting(ProviderKeys.ID_TOKEN_ALGS)
        .map(Setting::value)
        .filter(List::isEmpty)
        .ifPresent(
            _ ->
                findings.error(
                    provider.setting(ProviderKeys.ID_TOKEN_ALGS).orElseThrow().place(),
                    "empty-list",
                    "id_token_algs is empty: no ID token would be accepted",
                    "name an algorithm, or remove the key"));
  }
}
