package dev.cloakroom.config.preset;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What an authorize URL that somebody already uses tells of its provider. Pure: nobody is asked.
public sealed interface AuthorizeUrl {
  /// The provider is known.
  ///
  /// @param settings parameters of the preset and keys beside it; a value may be a placeholder
  /// @param hints what the URL does not tell, in the order of importance
  record Known(
      String preset,
      Map<String, String> settings,
      Optional<String> clientId,
      List<String> scopes,
      List<String> hints)
      implements AuthorizeUrl {
    public Known {
      settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
      scopes = List.copyOf(scopes);
      hints = List.copyOf(hints);
    }
  }

  /// An authorize URL of a provider without a preset.
  ///
  /// @param origin where to begin looking for its metadata
  record Unknown(String origin, Optional<String> clientId, List<String> scopes)
      implements AuthorizeUrl {
    public Unknown {
      scopes = List.copyOf(scopes);
    }
  }

  /// No URL of that kind.
  record Unreadable(String problem) implements AuthorizeUrl {}

  /// What stands for a GUID that the URL does not tell.
  String GUID = "00000000-0000-0000-0000-000000000000";

  Pattern KEYCLOAK =
      Pattern.compile("(?<base>/.*)?/realms/(?<realm>[^/]+)/protocol/openid-connect/auth");
  Pattern B2C =
      Pattern.compile(
          "/(?<tenant>[^/]+?)(\\.onmicrosoft\\.com)?(/(?<policy>[^/]+))?/oauth2/v2\\.0/authorize");
  Pattern MICROSOFT = Pattern.compile("/(?<tenant>[^/]+)/oauth2/v2\\.0/authorize");
  Pattern OKTA = Pattern.compile("/oauth2/(?<server>[^/]+)/v1/authorize");
  Pattern GUIDS = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
  Pattern OKTA_HOSTS = Pattern.compile(".+\\.(okta|oktapreview|okta-emea)\\.com");
  Pattern COGNITO_HOSTS =
      Pattern.compile(".+\\.auth\\.(?<region>[a-z0-9-]+)\\.amazoncognito\\.com");
  int LONGEST = 8192;

  /// Reads a URL as it stands in an address bar or in the code of a page.
  static AuthorizeUrl read(String text) {
    try {
      var uri = new URI(text.strip()).parseServerAuthority();
      boolean web =
          Objects.equals(uri.getScheme(), "https") || Objects.equals(uri.getScheme(), "http");
      if (!web || uri.getHost() == null || text.length() > LONGEST) {
        return new Unreadable("begin with https:// and the provider's host");
      }
      var query = query(Optional.ofNullable(uri.getRawQuery()).orElse(""));
      if (!query.containsKey("client_id") && !query.containsKey("response_type")) {
        return new Unreadable("an authorize URL has client_id and response_type in its query");
      }
      return read(uri, query);
    } catch (URISyntaxException e) {
      return new Unreadable("is it complete, and in quotes?");
    }
  }

  private static AuthorizeUrl read(URI uri, Map<String, String> query) {
    var host = uri.getHost().toLowerCase(Locale.ROOT);
    var path = Optional.ofNullable(uri.getPath()).orElse("");
    var keycloak = KEYCLOAK.matcher(path);
    if (host.endsWith(".b2clogin.com")) {
      return b2c(host.replace(".b2clogin.com", ""), B2C.matcher(path), query);
    }
    if (host.endsWith(".ciamlogin.com")) {
      return externalId(host.replace(".ciamlogin.com", ""), MICROSOFT.matcher(path), query);
    }
    if (host.equals("login.microsoftonline.com")) {
      return entra(MICROSOFT.matcher(path), query);
    }
    if (keycloak.matches()) {
      var base = Optional.ofNullable(keycloak.group("base")).orElse("");
      return known(
          "keycloak",
          settings("host", uri.getAuthority() + base, "realm", keycloak.group("realm")),
          query);
    }
    if (host.endsWith(".auth0.com")) {
      var settings = settings("domain", host);
      Optional.ofNullable(query.get("audience")).ifPresent(api -> settings.put("audience", api));
      return known("auth0", settings, query);
    }
    return OKTA_HOSTS.matcher(host).matches() ? okta(host, path, query) : others(uri, host, query);
  }

  private static AuthorizeUrl b2c(String tenant, Matcher path, Map<String, String> query) {
    var inPath =
        path.matches() ? Optional.ofNullable(path.group("policy")) : Optional.<String>empty();
    var policy = inPath.or(() -> Optional.ofNullable(query.get("p")));
    var id =
        path.matches() && GUIDS.matcher(path.group("tenant")).matches()
            ? path.group("tenant")
            : GUID;
    return known(
        "azure-ad-b2c",
        settings("tenant", tenant, "tenant_id", id, "policy", policy.orElse("B2C_1_signin")),
        query,
        id.equals(GUID) ? "tenant_id is the tenant's GUID: see the Azure portal, Overview" : "",
        "policy has to be spelled as in the tokens' tfp claim");
  }

  private static AuthorizeUrl externalId(String tenant, Matcher path, Map<String, String> query) {
    var id =
        path.matches() && GUIDS.matcher(path.group("tenant")).matches()
            ? path.group("tenant")
            : GUID;
    return known(
        "entra-external-id",
        settings("tenant", tenant, "tenant_id", id),
        query,
        id.equals(GUID)
            ? "tenant_id is the tenant's GUID: see the Entra admin center, Overview"
            : "");
  }

  private static AuthorizeUrl entra(Matcher path, Map<String, String> query) {
    var tenant = path.matches() ? path.group("tenant") : "organizations";
    if (List.of("common", "organizations", "consumers").contains(tenant)) {
      return known(
          "entra-id-multitenant",
          settings("tenant", tenant, "allowed_tenants", GUID),
          query,
          "allowed_tenants are the GUIDs of the tenants whose users may log in");
    }
    boolean guid = GUIDS.matcher(tenant).matches();
    return known(
        "entra-id",
        settings("tenant", guid ? tenant : GUID),
        query,
        guid
            ? ""
            : "tenant is the GUID of "
                + tenant.replaceAll("[^A-Za-z0-9.-]", "")
                + ", not its name");
  }

  private static AuthorizeUrl okta(String host, String path, Map<String, String> query) {
    var server = OKTA.matcher(path);
    return server.matches()
        ? known(
            "okta", settings("domain", host, "authorization_server", server.group("server")), query)
        : known(
            "okta",
            settings("domain", host),
            query,
            "the URL is the organisation's own server, whose tokens are for Okta alone: use a custom"
                + " authorization server (default is one)");
  }

  private static AuthorizeUrl others(URI uri, String host, Map<String, String> query) {
    var cognito = COGNITO_HOSTS.matcher(host);
    if (cognito.matches()) {
      var region = cognito.group("region");
      return known(
          "cognito",
          settings("region", region, "pool_id", region + "_000000000", "domain", host),
          query,
          "pool_id is the user pool's id");
    }
    if (host.equals("accounts.google.com")) {
      return known("google", settings(), query);
    }
    if (host.equals("github.com")) {
      return known("github", settings(), query);
    }
    return new Unknown(
        uri.getScheme() + "://" + uri.getRawAuthority(),
        Optional.ofNullable(query.get("client_id")),
        scopes(query));
  }

  private static Known known(
      String preset, Map<String, String> settings, Map<String, String> query, String... hints) {
    return new Known(
        preset,
        settings,
        Optional.ofNullable(query.get("client_id")),
        scopes(query),
        List.of(hints).stream().filter(hint -> !hint.isEmpty()).toList());
  }

  private static Map<String, String> settings(String... pairs) {
    var settings = new LinkedHashMap<String, String>();
    for (int i = 0; i < pairs.length; i += 2) {
      settings.put(pairs[i], pairs[i + 1]);
    }
    return settings;
  }

  private static List<String> scopes(Map<String, String> query) {
    return List.of(query.getOrDefault("scope", "").split("[ +]+", -1)).stream()
        .filter(scope -> !scope.isBlank())
        .distinct()
        .toList();
  }

  private static Map<String, String> query(String raw) {
    var query = new LinkedHashMap<String, String>();
    for (var pair : raw.split("&", 100)) {
      int at = pair.indexOf('=');
      if (at > 0) {
        query.putIfAbsent(decode(pair.substring(0, at)), decode(pair.substring(at + 1)));
      }
    }
    return query;
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, UTF_8);
    } catch (IllegalArgumentException e) {
      return text; // a stray percent sign
    }
  }
}
