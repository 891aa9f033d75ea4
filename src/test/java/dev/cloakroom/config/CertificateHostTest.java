package dev.cloakroom.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.config.text.Environment;
import dev.cloakroom.config.text.Finding;
import dev.cloakroom.world.PemFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whether the listener has a certificate for each host that browsers use.
class CertificateHostTest {
  private static final PemFiles APP = PemFiles.madeFor("app.test");
  private static final PemFiles ALL = PemFiles.madeFor("*.shops.test");

  @TempDir private Path folder;

  private List<String> findings(String tls, String host) throws IOException {
    var file = folder.resolve("cloakroom.yaml");
    Files.writeString(
        file,
        """
        version: 1
        server: {port: 8443, tls: %s}
        providers:
          main: {issuer: https://id.test, client_id: spa, client_secret: "${CLIENT_SECRET:-none}"}
        front_ends:
          app: {public_url: https://app.test, providers: main}
          shop: {public_url: "https://%s", providers: main}
        """
            .formatted(tls, host));
    return ConfigLoader.load(List.of(file), Environment.system()).findings().stream()
        .filter(finding -> finding.code().equals("certificate-host"))
        .map(Finding::problem)
        .toList();
  }

  private static String pair(PemFiles files, String more) {
    return "{certificate: %s, key: %s%s}".formatted(files.certificate(), files.key(), more);
  }

  @Test
  void eachHostNeedsOne() throws IOException {
    assertThat(findings(pair(APP, ""), "eu.shops.test"))
        .containsExactly("no certificate of server.tls is for eu.shops.test");
    var both = pair(APP, ", further: [" + pair(ALL, "") + "]");
    assertThat(findings(both, "eu.shops.test")).isEmpty();
    assertThat(findings(both, "eu.north.shops.test"))
        .containsExactly("no certificate of server.tls is for eu.north.shops.test");
  }

  @Test
  void whatIsNoCertificateIsSaidElsewhere() throws IOException {
    var none = PemFiles.made();
    none.certificateBecomes("none");
    assertThat(findings(pair(APP, ", further: [" + pair(none, "") + "]"), "eu.shops.test"))
        .isEmpty();
  }
}
