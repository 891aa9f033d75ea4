package dev.cloakroom.config;

import dev.cloakroom.config.shape.Section;
import dev.cloakroom.config.shape.Section.Setting;
import dev.cloakroom.config.text.Findings;
import dev.cloakroom.config.text.Suggestions;
import dev.cloakroom.oidc.Dialect;
import dev.cloakroom.oidc.Dialect.ErrorAction;
import dev.cloakroom.oidc.Dialect.IdTokenUse;
import dev.cloakroom.oidc.ProviderSettings.Redirect;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What must agree where a provider speaks a dialect.
final class DialectChecks {
  /// What only an ID token may say.
  private static final Set<String> PROTOCOL =
      Set.of("iss", "aud", "azp", "exp", "iat", "nbf", "nonce", "auth_time", "acr", "sid");

  private final Findings findings;
  private final Set<String> providers;

  DialectChecks(Findings findings, Set<String> providers) {
    this.findings = findings;
    this.providers = providers;
  }

  void check(Section provider) {
    provider.setting(ProviderKeys.ISSUER).ifPresent(issuer -> tenants(provider, issuer));
    boolean plain = provider.find(DialectKeys.ID_TOKEN).filter(IdTokenUse.NONE::equals).isPresent();
    if (plain) {
      plainOauth(provider);
    } else {
      scopes(provider);
    }
    undiscovered(provider, plain);
    provider
        .setting(DialectKeys.CLAIM_SOURCES)
        .ifPresent(sources -> sources(sources, plain ? PROTOCOL : withSubject()));
    provider.setting(DialectKeys.ERROR_ACTIONS).ifPresent(this::actions);
    provider
        .setting(DialectKeys.REQUIRED_CLAIMS)
        .filter(claims -> claims.value().containsValue(List.<String>of()))
        .ifPresent(
            claims ->
                findings.error(
                    claims.place(),
                    "empty-list",
                    "a claim without values would let nobody in",
                    "name at least one, or remove the claim"));
  }

  private static Set<String> withSubject() {
    var all = new java.util.HashSet<>(PROTOCOL);
    all.add("sub");
    return all;
  }

  private void tenants(Section provider, Setting<String> issuer) {
    boolean template = issuer.value().contains(Dialect.TENANT);
    boolean none = provider.find(DialectKeys.ALLOWED_TENANTS).filter(List::isEmpty).isPresent();
    if (template && none) {
      findings.error(
          provider.place(),
          "no-tenants",
          "anybody's tenant would be let in: issuer has {tenantid} and allowed_tenants is empty",
          "name the tenants in allowed_tenants");
    }
    if (template && provider.find(ProviderKeys.DISCOVERY_URL).isEmpty()) {
      findings.error(
          issuer.place(), "missing-key", "an issuer with {tenantid} needs discovery_url", "");
    }
    if (!template && !none) {
      provider
          .setting(DialectKeys.ALLOWED_TENANTS)
          .ifPresent(
              tenants ->
                  findings.error(
                      tenants.place(),
                      "contradiction",
                      "allowed_tenants needs an issuer with {tenantid}",
                      "this issuer is one tenant's: remove allowed_tenants"));
    }
  }

  private void plainOauth(Section provider) {
    provider
        .setting(ProviderKeys.CALLBACK)
        .filter(callback -> callback.value() == Redirect.SHARED)
        .ifPresent(
            callback ->
                findings.error(
                    callback.byDefault() ? provider.place() : callback.place(),
                    "mix-up",
                    "without an ID token an answer of another provider could pass for its own",
                    "write callback: own, and register /auth/callback/<name> there"));
    if (provider.find(DialectKeys.CLAIM_SOURCES).filter(s -> s.containsKey("sub")).isEmpty()) {
      findings.error(
          provider.place(),
          "missing-key",
          "without an ID token nothing says who the user is",
          "like claim_sources: {sub: id}");
    }
  }

  private void scopes(Section provider) {
    provider
        .setting(ProviderKeys.SCOPES)
        .filter(scopes -> !scopes.value().contains("openid"))
        .ifPresent(
            scopes ->
                findings.error(
                    scopes.place(),
                    "no-openid",
                    "scopes must contain openid",
                    "without it there is no ID token, and nobody is logged in"));
  }

  private void undiscovered(Section provider, boolean plain) {
    if (provider.find(DialectKeys.DISCOVERY).filter(Dialect.Metadata.OFF::equals).isEmpty()) {
      return;
    }
    var needed =
        List.of(
            ProviderKeys.AUTHORIZATION,
            ProviderKeys.TOKEN,
            plain ? ProviderKeys.USERINFO_ENDPOINT : ProviderKeys.JWKS);
    provider
        .find(ProviderKeys.ENDPOINTS_KEY)
        .ifPresent(
            endpoints ->
                needed.stream()
                    .filter(key -> endpoints.setting(key).isEmpty())
                    .forEach(
                        key ->
                            findings.error(
                                provider.place(),
                                "missing-key",
                                "discovery is off and '" + endpoints.path(key) + "' is missing",
                                key.hint())));
  }

  private void sources(Setting<Map<String, String>> sources, Set<String> forbidden) {
    sources.value().keySet().stream()
        .filter(forbidden::contains)
        .forEach(
            name ->
                findings.error(
                    sources.place(),
                    "reserved-claim",
                    "'" + name + "' is the ID token's to say",
                    "remove it"));
  }

  private void actions(Setting<Map<String, ErrorAction>> actions) {
    for (var action : actions.value().values()) {
      if (action instanceof ErrorAction.LoginAt(var name) && !providers.contains(name)) {
        findings.error(
            actions.place(),
            "unknown-provider",
            "there is no provider '" + name + "'",
            Suggestions.nearest(name, providers)
                .map(near -> "did you mean '" + near + "'?")
                .orElse("known: " + String.join(", ", providers)));
      }
    }
  }
}
