package dev.cloakroom.story;

import dev.cloakroom.config.ConfigLoader;
import dev.cloakroom.config.Loaded;
import dev.cloakroom.config.text.Environment;
import dev.cloakroom.oidc.ProviderSettings;
import dev.cloakroom.world.IdTokenDraft;
import dev.cloakroom.world.ScriptedProvider;
import dev.cloakroom.world.TestKeys;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// A provider as its preset expects it: what an operator writes, the issuer it has, and how it
/// differs from a model pupil. The shapes are those of the vendors' documentation.
enum Vendor {
  KEYCLOAK("host: id.test\nrealm: acme", "https://id.test/realms/acme", Trait.SENDS_ISS),
  ENTRA_ID(
      "tenant: " + Ids.GUID + "\napi_scope: api://orders/.default",
      "https://login.microsoftonline.com/" + Ids.GUID + "/v2.0",
      Trait.SECRET_IN_BODY,
      Trait.OFFLINE_BY_SCOPE,
      Trait.REVOKES_NOTHING),
  ENTRA_ID_MULTITENANT(
      "allowed_tenants: [" + Ids.GUID + "]",
      "https://login.microsoftonline.com/" + Ids.GUID + "/v2.0",
      Trait.SECRET_IN_BODY,
      Trait.OFFLINE_BY_SCOPE,
      Trait.REVOKES_NOTHING,
      Trait.ISSUER_TEMPLATE),
  ENTRA_EXTERNAL_ID(
      "tenant: contoso\ntenant_id: " + Ids.GUID,
      "https://" + Ids.GUID + ".ciamlogin.com/" + Ids.GUID + "/v2.0",
      Trait.SECRET_IN_BODY,
      Trait.OFFLINE_BY_SCOPE,
      Trait.REVOKES_NOTHING),
  AZURE_AD_B2C(
      "tenant: contoso\ntenant_id: " + Ids.GUID + "\npolicy: B2C_1_signin",
      "https://contoso.b2clogin.com/" + Ids.GUID + "/v2.0/",
      Trait.SECRET_IN_BODY,
      Trait.OFFLINE_BY_SCOPE,
      Trait.REVOKES_NOTHING,
      Trait.TOKEN_FOR_CLIENT_ID_ONLY,
      Trait.NO_USERINFO),
  AUTH0(
      "domain: acme.eu.auth0.com\naudience: https://api.example.com",
      "https://acme.eu.auth0.com/",
      Trait.SECRET_IN_BODY,
      Trait.OFFLINE_BY_SCOPE,
      Trait.OWN_LOGOUT),
  OKTA("domain: acme.okta.com", "https://acme.okta.com/oauth2/default", Trait.OFFLINE_BY_SCOPE),
  COGNITO(
      "region: eu-central-1\npool_id: eu-central-1_AbC\ndomain: acme.auth.example.com",
      "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbC",
      Trait.KEEPS_REFRESH_TOKEN,
      Trait.OWN_LOGOUT),
  GOOGLE(
      "hosted_domain: example.com",
      "https://accounts.google.com",
      Trait.SECRET_IN_BODY,
      Trait.OFFLINE_BY_PARAMETER,
      Trait.KEEPS_REFRESH_TOKEN,
      Trait.NO_LOGOUT,
      Trait.SENDS_ISS),
  DUENDE("host: demo.duende.test", "https://demo.duende.test", Trait.OFFLINE_BY_SCOPE),
  ZITADEL("host: acme.zitadel.cloud", "https://acme.zitadel.cloud", Trait.OFFLINE_BY_SCOPE),
  AUTHENTIK(
      "host: auth.test\napplication: orders",
      "https://auth.test/application/o/orders/",
      Trait.OFFLINE_BY_SCOPE),
  ORY(
      "host: slug.projects.oryapis.com\naudience: orders",
      "https://slug.projects.oryapis.com",
      Trait.OFFLINE_BY_SCOPE),
  GITHUB(
      "",
      "https://github.com/login/oauth",
      Trait.SECRET_IN_BODY,
      Trait.PLAIN_OAUTH,
      Trait.NO_LOGOUT,
      Trait.REVOKES_NOTHING,
      Trait.SENDS_ISS),
  APPLE(
      "apple: {team_id: A1B2C3D4E5, key_id: F6G7H8I9J0, private_key: \"${KEY}\"}",
      "https://appleid.apple.com",
      Trait.MINTED_SECRET,
      Trait.KEEPS_REFRESH_TOKEN,
      Trait.NO_USERINFO,
      Trait.NO_LOGOUT);

  static final String CLIENT_ID = "spa-gateway";

  /// In what it differs.
  enum Trait {
    SENDS_ISS,
    SECRET_IN_BODY,
    /// A refresh token only where `offline_access` was asked for.
    OFFLINE_BY_SCOPE,
    /// A refresh token only with `access_type=offline` and consent.
    OFFLINE_BY_PARAMETER,
    /// A refresh brings no new refresh token.
    KEEPS_REFRESH_TOKEN,
    REVOKES_NOTHING,
    ISSUER_TEMPLATE,
    /// An access token only where the client id is among the scopes, which each call repeats.
    TOKEN_FOR_CLIENT_ID_ONLY,
    NO_USERINFO,
    /// Logout with parameters of its own; no state comes back.
    OWN_LOGOUT,
    NO_LOGOUT,
    PLAIN_OAUTH,
    /// The client makes its secret itself, and the answer is posted.
    MINTED_SECRET
  }

  /// Names that more than one line needs.
  private static final class Ids {
    static final String GUID = "8c1ff2e0-0a5c-4a34-9f5e-3d2a0f1f6b11";

    static final String KEY = TestKeys.ec("F6G7H8I9J0");

    private Ids() {}
  }

  private final String written;
  private final String issuer;

  @SuppressWarnings("ImmutableEnumChecker") // Set.of is
  private final Set<Trait> traits;

  Vendor(String written, String issuer, Trait... traits) {
    this.written = written;
    this.issuer = issuer;
    this.traits = Set.of(traits);
  }

  boolean is(Trait trait) {
    return traits.contains(trait);
  }

  String preset() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  String issuer() {
    return issuer;
  }

  /// What the operator writes, with the addresses of the stand-in at `at`.
  Map<String, ProviderSettings> providers(String at) {
    return load("  main:\n" + indented(provider(at)));
  }

  private String provider(String at) {
    var lines = new ArrayList<String>();
    lines.add("preset: " + preset());
    lines.addAll(written.lines().toList());
    lines.add("client_id: " + CLIENT_ID);
    if (!is(Trait.MINTED_SECRET)) {
      lines.add("client_secret: ${SECRET}");
    }
    if (is(Trait.PLAIN_OAUTH)) {
      lines.add(
          "endpoints: {authorization: %1$s/authorize, token: %1$s/token, userinfo: %1$s/userinfo}"
              .formatted(at));
    } else {
      lines.add("discovery_url: " + at + "/.well-known/openid-configuration");
    }
    if (is(Trait.OWN_LOGOUT)) {
      lines.add("endpoints: {end_session: " + at + "/end_session}");
    }
    return String.join("\n", lines);
  }

  static String indented(String provider) {
    return provider.lines().map(line -> "    " + line + "\n").collect(Collectors.joining());
  }

  static Map<String, ProviderSettings> load(String providers) {
    var yaml = "version: 1\nserver: {public_url: http://localhost}\nproviders:\n" + providers;
    return switch (ConfigLoader.load(List.of(Path.of("world.yaml")), paper(yaml))) {
      case Loaded.Ready ready -> ready.config().providers();
      case Loaded.Faulty faulty -> throw new AssertionError(yaml + faulty.findings());
    };
  }

  private static Environment paper(String yaml) {
    return new Environment() {
      @Override
      public Optional<String> variable(String name) {
        return Optional.of(name.equals("KEY") ? Ids.KEY : ScriptedProvider.CLIENT_SECRET);
      }

      @Override
      public String read(Path file) throws IOException {
        if (!file.toString().equals("world.yaml")) {
          throw new NoSuchFileException(file.toString());
        }
        return yaml;
      }

      @Override
      public boolean isFile(Path file) {
        return false;
      }

      @Override
      public boolean isDirectory(Path directory) {
        return false;
      }
    };
  }

  // -- how it behaves

  void shape(ScriptedProvider provider) {
    provider.knowsTheClientAs(CLIENT_ID);
    if (is(Trait.SECRET_IN_BODY)) {
      provider.takesTheSecretInTheBody();
    }
    if (is(Trait.MINTED_SECRET)) {
      provider.takesSecretsMintedBy("A1B2C3D4E5", TestKeys.ring(Ids.KEY).published(), issuer);
    }
    if (is(Trait.PLAIN_OAUTH)) {
      provider.speaksPlainOauth();
    }
    provider.rotatesRefreshTokens(!is(Trait.KEEPS_REFRESH_TOKEN));
    provider.spoilsMetadata(this::metadata);
    provider.spoilsIdTokens(this::idToken);
    provider.spoilsResponses(this::response);
    provider.spoilsUserinfo(this::user);
    provider.spoilsTokenAnswers(body -> tokens(provider, body));
  }

  private JsonObject metadata(JsonObject document) {
    document.put(
        "issuer", is(Trait.ISSUER_TEMPLATE) ? issuer.replace(Ids.GUID, "{tenantid}") : issuer);
    if (!is(Trait.SENDS_ISS)) {
      document.remove("authorization_response_iss_parameter_supported");
    }
    if (is(Trait.REVOKES_NOTHING)) {
      document.remove("revocation_endpoint");
    }
    if (is(Trait.NO_USERINFO)) {
      document.remove("userinfo_endpoint");
    }
    if (is(Trait.NO_LOGOUT)) {
      document.remove("end_session_endpoint");
    }
    return document;
  }

  private IdTokenDraft idToken(IdTokenDraft draft) {
    var named = draft.claim("iss", issuer).claim("tid", Ids.GUID);
    return switch (this) {
      case AZURE_AD_B2C ->
          named
              .claim("tfp", "B2C_1_signin")
              .claim("emails", List.of("alice@b2c.test"))
              .without("name")
              .without("email");
      case GOOGLE -> named.claim("hd", "example.com");
      case COGNITO -> named.claim("cognito:username", "alice-in-the-pool").claim("token_use", "id");
      case KEYCLOAK,
          ENTRA_ID,
          ENTRA_ID_MULTITENANT,
          ENTRA_EXTERNAL_ID,
          AUTH0,
          OKTA,
          DUENDE,
          ZITADEL,
          AUTHENTIK,
          ORY,
          GITHUB ->
          named;
      case APPLE -> named.claim("email_verified", "true").without("name");
    };
  }

  private Map<String, String> response(Map<String, String> response) {
    var changed = new HashMap<>(response);
    if (is(Trait.SENDS_ISS)) {
      changed.put("iss", issuer);
    } else {
      changed.remove("iss");
    }
    if (this == APPLE) {
      changed.put("user", "{\"name\":{\"firstName\":\"Somebody\",\"lastName\":\"Else\"}}");
    }
    return changed;
  }

  private JsonObject user(JsonObject said) {
    return is(Trait.PLAIN_OAUTH)
        ? new JsonObject()
            .put("id", 583231)
            .put("login", "octocat")
            .put("avatar_url", "https://a.test/1")
        : said;
  }

  private JsonObject tokens(ScriptedProvider provider, JsonObject body) {
    var asked = provider.calls("authorize").getLast().parameters();
    var scope = List.of(Objects.requireNonNull(asked.get("scope")).split(" ", -1));
    boolean byParameter =
        Objects.equals(asked.get("access_type"), "offline")
            && Objects.equals(asked.get("prompt"), "consent");
    if ((is(Trait.OFFLINE_BY_SCOPE) && !scope.contains("offline_access"))
        || (is(Trait.OFFLINE_BY_PARAMETER) && !byParameter)
        || is(Trait.PLAIN_OAUTH)) {
      body.remove("refresh_token");
    }
    if (is(Trait.PLAIN_OAUTH)) {
      body.remove("expires_in");
      body.remove("id_token");
    }
    if (is(Trait.TOKEN_FOR_CLIENT_ID_ONLY)) {
      var repeated = provider.calls("token").getLast().parameters().get("scope");
      if (!scope.contains(CLIENT_ID) || !Objects.equals(repeated, asked.get("scope"))) {
        body.remove("access_token");
      }
      body.put("expires_in", body.getValue("expires_in") + ""); // B2C writes numbers as text
    }
    return body;
  }
}
