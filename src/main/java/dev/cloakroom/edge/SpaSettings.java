package dev.cloakroom.edge;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/// What answers where no route does (`spa.*`).
public sealed interface SpaSettings {
  /// Files with an index fallback.
  ///
  /// @param contentSecurityPolicy replaces the default policy
  record Directory(Path path, Optional<String> contentSecurityPolicy) implements SpaSettings {}

  /// A dev server on loopback, proxied with its hot reload.
  record DevServer(URI url) implements SpaSettings {}

  /// Nothing: 404.
  record None() implements SpaSettings {}
}
