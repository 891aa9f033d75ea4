package dev.cloakroom.config;

import static dev.cloakroom.config.shape.Read.fits;
import static dev.cloakroom.config.shape.Read.misfit;

import dev.cloakroom.config.shape.Read;
import dev.cloakroom.config.shape.Shape;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Origins and sites of URLs.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6454#section-6.2 RFC 6454, 6.2
final class Origins {
  private static final String LIKE = "write it like https://admin.example.com";

  private Origins() {}

  /// An origin as browsers write it. Origins are compared whole, so that another spelling would
  /// never match: it is refused, and the right one named.
  static Shape.Word<URI> word() {
    return new Shape.Word<>(
        "origin",
        false,
        Set.of(),
        new JsonObject().put("type", "string").put("pattern", "^https?://[^/]+$|\\$\\{"),
        scalar -> read(scalar.text()));
  }

  private static Read<URI> read(String text) {
    if (text.equals("null") || text.contains("*")) {
      return misfit("bad-origin", "is not the origin of anyone in particular", "name each one");
    }
    try {
      var uri = new URI(text.contains("://") ? text : "https://" + text).parseServerAuthority();
      boolean web = uri.getScheme().matches("(?i)https?") && uri.getHost() != null;
      if (!web || uri.getPort() == 0 || uri.getPort() > 65535) {
        return misfit("bad-origin", "is not the origin of a page", LIKE);
      }
      var canonical = of(uri);
      return canonical.equals(text)
          ? fits(uri)
          : misfit("bad-origin", "is not an origin as browsers write it", "write " + canonical);
    } catch (URISyntaxException e) {
      return misfit("bad-origin", "is not an origin", LIKE);
    }
  }

  /// The origin as a browser writes it: no default port, small letters.
  static String of(URI url) {
    int port = url.getPort();
    var scheme = url.getScheme().toLowerCase(Locale.ROOT);
    boolean standard = port < 0 || port == (scheme.equals("https") ? 443 : 80);
    var host = url.getHost().toLowerCase(Locale.ROOT);
    return scheme + "://" + host + (standard ? "" : ":" + port);
  }

  /// True for an address of this machine and names that always mean it.
  static boolean isLoopback(String host) {
    var name = host.toLowerCase(Locale.ROOT);
    return name.equals("localhost")
        || name.endsWith(".localhost")
        || name.equals("[::1]")
        || name.equals("::1")
        || name.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
  }

  static boolean isBare(URI url) {
    return url.getRawPath().isEmpty() || url.getRawPath().equals("/");
  }

  /// Whether a browser might call both the same site. Without the list of public suffixes two names
  /// that share their last two labels get the benefit of the doubt.
  static boolean mayBeSameSite(URI a, URI b) {
    return a.getScheme().equals(b.getScheme()) && site(a.getHost()).equals(site(b.getHost()));
  }

  private static String site(String host) {
    if (isLoopback(host) || host.startsWith("[") || host.matches("[\\d.]+")) {
      return host.endsWith(".localhost") ? "localhost" : host;
    }
    var labels = List.of(host.toLowerCase(Locale.ROOT).split("\\."));
    return String.join(".", labels.subList(Math.max(0, labels.size() - 2), labels.size()));
  }
}
