package dev.cloakroom.config;

import dev.cloakroom.config.shape.Section;
import dev.cloakroom.config.shape.Section.Setting;
import dev.cloakroom.config.text.Environment;
import dev.cloakroom.config.text.Findings;
import dev.cloakroom.crypto.CertificateNames;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Whether files that are named are there.
record FileChecks(Environment environment, Findings findings) {
  void readable(Setting<Path> file) {
    if (!environment.isFile(file.value())) {
      findings.error(
          file.place(), "file-unreadable", "the file " + file.value() + " cannot be read", "");
    }
  }

  /// The hosts a certificate is for; empty where it cannot be read.
  Optional<CertificateNames> certificate(Path pem) {
    try {
      return CertificateNames.of(Buffer.buffer(environment.read(pem)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// Those of a section of [TlsKeys].
  void tls(Setting<Section> tls) {
    var certificate = tls.value().setting(TlsKeys.CERTIFICATE);
    var key = tls.value().setting(TlsKeys.PRIVATE_KEY);
    tls.value().setting(TlsKeys.CA).ifPresent(this::readable);
    certificate.ifPresent(this::readable);
    key.ifPresent(this::readable);
    if (certificate.isPresent() != key.isPresent()) {
      findings.error(
          certificate.or(() -> key).map(Setting::place).orElse(tls.place()),
          "contradiction",
          "certificate and key belong together",
          "set both");
    }
  }
}
