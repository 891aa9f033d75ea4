package dev.cloakroom;

import dev.cloakroom.edge.ServerSettings;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;

/// The public URL once the port is known.
final class PublicUrl {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  private PublicUrl() {}

  /// The configured URL; the port bound replaces that of a loopback URL when any port would do.
  static URI withPort(ServerSettings server, int port) {
    var url = server.publicUrl();
    var host = url.getHost();
    boolean loopback = LOOPBACK.contains(host) || host.endsWith(".localhost");
    if (server.port() != 0 || !loopback) {
      return url;
    }
    try {
      return new URI(url.getScheme(), null, host, port, null, null, null);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("no URL", e);
    }
  }
}
