package dev.cloakroom.upstream;

import dev.cloakroom.crypto.TlsFiles;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/// Where the calls of a route go.
///
/// @param targets scheme, host, port and an optional base path, each of them
/// @param health asked of every target now and then; empty: only calls tell
/// @param tls own authorities and certificate; empty: none
public record Upstream(
    List<URI> targets, Protocol protocol, Optional<HealthCheck> health, Optional<TlsFiles> tls) {
  public Upstream {
    targets = List.copyOf(targets);
    if (targets.isEmpty()) {
      throw new IllegalArgumentException("a route needs an upstream");
    }
  }

  /// Targets about which nothing more is said.
  public static Upstream of(URI... targets) {
    return new Upstream(List.of(targets), Protocol.HTTP1, Optional.empty(), Optional.empty());
  }

  /// The same with other files for TLS.
  public Upstream meeting(TlsFiles files) {
    return new Upstream(targets, protocol, health, Optional.of(files));
  }
}
