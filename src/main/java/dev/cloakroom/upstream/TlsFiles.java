package dev.cloakroom.upstream;

import java.nio.file.Path;
import java.util.Optional;

/// PEM files for TLS to the targets of a route.
///
/// @param authorities whom to trust; empty: whom the JDK trusts
/// @param own how the gateway shows itself where a target asks for a certificate
public record TlsFiles(Optional<Path> authorities, Optional<KeyPair> own) {
  /// A client certificate, with what leads to its authority, and its key.
  public record KeyPair(Path certificate, Path key) {}
}
