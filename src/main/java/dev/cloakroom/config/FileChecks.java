package dev.cloakroom.config;

import dev.cloakroom.config.shape.Section;
import dev.cloakroom.config.shape.Section.Setting;
import dev.cloakroom.config.text.Environment;
import dev.cloakroom.config.text.Findings;
import java.nio.file.Path;

/// Whether files that are named are there.
record FileChecks(Environment environment, Findings findings) {
  void readable(Setting<Path> file) {
    if (!environment.isFile(file.value())) {
      findings.error(
          file.place(), "file-unreadable", "the file " + file.value() + " cannot be read", "");
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
