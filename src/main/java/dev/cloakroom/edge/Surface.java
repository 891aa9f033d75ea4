package dev.cloakroom.edge;

import io.vertx.core.MultiMap;
import java.net.URI;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/// What the outside knows the gateway by, worked out once.
///
/// @param scheme of the public URL: what browsers speak, whatever a proxy in front does
/// @param authorities lower case, without the scheme's default port
/// @param basePath without a trailing slash
/// @param allowedOrigins further origins, compared whole
/// @param apps whether apps may log users in
public record Surface(
    String scheme,
    Set<String> authorities,
    String basePath,
    Set<String> allowedOrigins,
    boolean apps) {

  public Surface {
    authorities = Set.copyOf(authorities);
    allowedOrigins = Set.copyOf(allowedOrigins);
  }

  /// The surface of a configured server; `publicUrl` has its final port.
  public static Surface of(URI publicUrl, ServerSettings settings) {
    var scheme = publicUrl.getScheme().toLowerCase(Locale.ROOT);
    var main = normalise(scheme, publicUrl.getRawAuthority());
    var all = new HashSet<>(Set.of(main));
    for (var host : settings.additionalHosts()) {
      all.add(normalise(scheme, host));
    }
    return new Surface(
        scheme,
        all,
        Endpoints.withoutTrailingSlash(settings.basePath()),
        settings.allowedOrigins(),
        !settings.nativeApps().isEmpty());
  }

  static String normalise(String scheme, String authority) {
    var lower = authority.toLowerCase(Locale.ROOT);
    var defaultPort = scheme.equals("https") ? ":443" : ":80";
    return lower.endsWith(defaultPort)
        ? lower.substring(0, lower.length() - defaultPort.length())
        : lower;
  }

  boolean https() {
    return scheme.equals("https");
  }

  /// The origin a page has that was served under `authority`.
  public String origin(String authority) {
    return scheme + "://" + authority;
  }

  String loginUrl() {
    return basePath + "/login";
  }

  String appLoginUrl() {
    return basePath + "/native/login";
  }

  /// Where whoever sent these fields logs in.
  String loginUrl(MultiMap headers) {
    return apps && headers.contains(Cookies.HANDLE) ? appLoginUrl() : loginUrl();
  }

  /// The login that a problem asks for, as whoever sent these fields begins it. An app adds what is
  /// its own.
  String loginUrl(Problem problem, MultiMap headers) {
    return problem
        .loginUrl()
        .map(url -> loginUrl(headers) + url.substring(loginUrl().length()))
        .orElseGet(() -> loginUrl(headers));
  }
}
