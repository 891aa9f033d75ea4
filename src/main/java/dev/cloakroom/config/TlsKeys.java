package dev.cloakroom.config;

import static dev.cloakroom.config.shape.Words.path;

import dev.cloakroom.config.shape.Key;
import dev.cloakroom.config.shape.Section;
import dev.cloakroom.config.shape.Shape.Group;
import dev.cloakroom.crypto.TlsFiles;
import java.nio.file.Path;
import java.util.Optional;

/// The keys of a connection from the gateway over TLS: whom to trust, and what to show.
final class TlsKeys {
  static final Key<Path> CA =
      Key.of("ca", path(), "PEM file of the authorities to trust instead of the JDK's.")
          .like("tls/ca.crt");
  static final Key<Path> CERTIFICATE =
      Key.of(
              "certificate",
              path(),
              "PEM file of the gateway's client certificate, and of what leads to its authority.")
          .like("tls/client.crt");
  static final Key<Path> PRIVATE_KEY =
      Key.of("key", path(), "PEM file of its private key.").like("tls/client.key");
  static final Group GROUP = Group.of(CA, CERTIFICATE, PRIVATE_KEY);

  private TlsKeys() {}

  /// Empty where nothing differs from a connection without them.
  static Optional<TlsFiles> files(Section tls) {
    var ca = tls.find(CA);
    var own = own(tls);
    return ca.isEmpty() && own.isEmpty() ? Optional.empty() : Optional.of(new TlsFiles(ca, own));
  }

  /// The certificate to show; empty where one of its two files is missing.
  static Optional<TlsFiles.KeyPair> own(Section tls) {
    return tls.find(CERTIFICATE)
        .flatMap(pem -> tls.find(PRIVATE_KEY).map(key -> new TlsFiles.KeyPair(pem, key)));
  }
}
