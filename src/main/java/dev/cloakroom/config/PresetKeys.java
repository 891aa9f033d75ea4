package dev.cloakroom.config;

import static dev.cloakroom.config.shape.Words.choice;
import static dev.cloakroom.config.shape.Words.text;

import dev.cloakroom.config.preset.Presets;
import dev.cloakroom.config.shape.Key;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The key that names a preset, and those of the presets' parameters.
final class PresetKeys {
  static final Key<String> PRESET =
      Key.of(
              "preset",
              choice(names(), Set.of()),
              "What is known of this provider. Keys written beside it win; it needs its parameters.")
          .like("keycloak");

  private static final Key<String> HOST =
      parameter(
          "host",
          "[A-Za-z0-9.:/\\[\\]_-]+",
          "id.example.com",
          "keycloak, duende, zitadel, authentik, ory");
  private static final Key<String> REALM =
      parameter("realm", "[A-Za-z0-9._~%-]+", "acme", "keycloak");
  private static final Key<String> TENANT =
      parameter(
          "tenant",
          "[A-Za-z0-9-]+",
          "8c1ff2e0-0a5c-4a34-9f5e-3d2a0f1f6b11",
          "entra-id (GUID), entra-id-multitenant, entra-external-id and azure-ad-b2c (name)");
  private static final Key<String> TENANT_ID =
      parameter(
          "tenant_id",
          "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
          "8c1ff2e0-0a5c-4a34-9f5e-3d2a0f1f6b11",
          "entra-external-id, azure-ad-b2c: the tenant's GUID");
  private static final Key<String> POLICY =
      parameter("policy", "[A-Za-z0-9_-]+", "B2C_1_signin", "azure-ad-b2c, as its tokens spell it");
  private static final Key<String> PASSWORD_RESET =
      parameter(
          "password_reset",
          "[a-z][a-z0-9_-]{0,31}",
          "reset",
          "azure-ad-b2c: the provider to reset a password at");
  private static final Key<String> API_SCOPE =
      parameter(
          "api_scope",
          "[!#-\\[\\]-~]+",
          "api://orders/.default",
          "entra-id, entra-id-multitenant, entra-external-id: a scope of your API");
  private static final Key<String> DOMAIN =
      parameter("domain", "[A-Za-z0-9.-]+", "acme.eu.auth0.com", "auth0, okta, cognito");
  private static final Key<String> AUDIENCE =
      parameter("audience", "[!#-\\[\\]-~]+", "https://api.example.com", "auth0, ory");
  private static final Key<String> AUTHORIZATION_SERVER =
      parameter("authorization_server", "[A-Za-z0-9]+", "default", "okta");
  private static final Key<String> REGION =
      parameter("region", "[a-z0-9-]+", "eu-central-1", "cognito");
  private static final Key<String> POOL_ID =
      parameter("pool_id", "[A-Za-z0-9_-]+", "eu-central-1_AbCdEfGhI", "cognito");
  private static final Key<String> HOSTED_DOMAIN =
      parameter("hosted_domain", "[A-Za-z0-9.-]+", "example.com", "google");
  private static final Key<String> APPLICATION =
      parameter("application", "[A-Za-z0-9_-]+", "orders", "authentik");

  static final List<Key<String>> PARAMETERS =
      List.of(
          HOST,
          REALM,
          TENANT,
          TENANT_ID,
          POLICY,
          PASSWORD_RESET,
          API_SCOPE,
          DOMAIN,
          AUDIENCE,
          AUTHORIZATION_SERVER,
          REGION,
          POOL_ID,
          HOSTED_DOMAIN,
          APPLICATION);

  /// The preset and its parameters.
  static final List<Key<?>> ALL = all();

  private PresetKeys() {}

  private static List<Key<?>> all() {
    var all = new ArrayList<Key<?>>();
    all.add(PRESET);
    all.addAll(PARAMETERS);
    return List.copyOf(all);
  }

  private static Key<String> parameter(
      String name, String pattern, String example, String presets) {
    return Key.of(
            name,
            text("a value of this form", pattern, "like " + example),
            "Parameter of presets: " + presets + ".")
        .like(example);
  }

  private static Map<String, String> names() {
    var names = new LinkedHashMap<String, String>();
    Presets.names().forEach(name -> names.put(name, name));
    return names;
  }
}
