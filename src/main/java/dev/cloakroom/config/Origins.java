package dev.cloakroom.config;

import java.net.URI;
import java.util.List;
import java.util.Locale;

/// Origins and sites of URLs.
final class Origins {
  private Origins() {}

  /// The origin as a browser writes it: no default port, small letters.
  static String of(URI url) {
    int port = url.getPort();
    boolean standard = port < 0 || port == (url.getScheme().equals("https") ? 443 : 80);
    var host = url.getHost().toLowerCase(Locale.ROOT);
    return url.getScheme() + "://" + host + (standard ? "" : ":" + port);
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
