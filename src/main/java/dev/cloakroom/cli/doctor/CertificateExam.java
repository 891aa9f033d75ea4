package dev.cloakroom.cli.doctor;

import dev.cloakroom.crypto.PemKeyPair;
import dev.cloakroom.crypto.TlsFiles;
import dev.cloakroom.oidc.ProviderSettings;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// Looks at the certificate that the gateway is to show a provider, and says by which name it has
/// to be registered there.
final class CertificateExam {
  private static final Duration SOON = Duration.ofDays(14);

  private CertificateExam() {}

  static List<Symptom> of(String where, ProviderSettings settings, Instant now) {
    return settings
        .tls()
        .flatMap(TlsFiles::own)
        .map(own -> List.of(certificate(where, own.certificate(), now)))
        .orElseGet(List::of);
  }

  private static Symptom certificate(String where, Path file, Instant now) {
    try {
      var chain = PemKeyPair.certificates(Buffer.buffer(Files.readAllBytes(file)));
      return chain.isEmpty()
          ? Symptom.fault(where, file + " is no certificate", "write it as PEM")
          : certificate(where, chain.getFirst(), now);
    } catch (IOException e) {
      return Symptom.fault(where, file + " cannot be read", "");
    }
  }

  private static Symptom certificate(String where, X509Certificate own, Instant now) {
    var name = "the gateway's certificate is for " + own.getSubjectX500Principal().getName();
    var end = own.getNotAfter().toInstant();
    if (!now.isBefore(end)) {
      return Symptom.fault(where, name + ", and expired at " + end, "renew it");
    }
    return now.plus(SOON).isAfter(end)
        ? Symptom.note(where, name + ", and expires at " + end, "renew it")
        : Symptom.good(where, name + ", until " + end);
  }
}
