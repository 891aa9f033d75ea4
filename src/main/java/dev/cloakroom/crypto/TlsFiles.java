package dev.cloakroom.crypto;

import java.nio.file.Path;
import java.util.Optional;

/// PEM files for TLS to somebody else: the targets of a route, or a provider.
///
/// @param authorities whom to trust; empty: whom the JDK trusts
/// @param own how the gateway shows itself where it is asked for a certificate
public record TlsFiles(Optional<Path> authorities, Optional<KeyPair> own) {
  /// A client certificate, with what leads to its authority, and its key.
  public record KeyPair(Path certificate, Path key) {}

  /// The same with another certificate of the gateway's own.
  public TlsFiles showing(KeyPair other) {
    return new TlsFiles(authorities, Optional.of(other));
  }

  /// No authorities of one's own, and no certificate.
  public static TlsFiles none() {
    return new TlsFiles(Optional.empty(), Optional.empty());
  }
}
