package dev.cloakroom.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.config.text.Finding;
import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import dev.cloakroom.world.TestKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each golden file is a configuration, a line of dashes, and the very findings it makes (or
/// `valid`). `-Dcloakroom.rewrite=true` writes the findings anew; read the difference before
/// keeping it.
class GoldenTest {
  private static final Path FOLDER = Path.of("src/test/resources/config");
  private static final String LINE = "-".repeat(40);
  private static final String SIGNING_KEY = TestKeys.pem(TestKeys.made("EC", 256));

  static List<Path> golden() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.filter(file -> file.toString().endsWith(".golden")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("golden")
  @Proves({"OPS-01", "OPS-02", "BFF-01", "BFF-02", "BFF-15", "CK-05", "CK-06", "AZ-03"})
  @Case("T98")
  void everyFindingStandsWhereItShould(Path golden) throws IOException {
    var parts = Files.readString(golden).split("(?m)^" + LINE + "\n", -1);
    var findings = findings(parts[0]);
    if (Boolean.getBoolean("cloakroom.rewrite")) {
      Files.writeString(golden, parts[0] + LINE + "\n" + findings);
    }
    assertThat(parts).hasSize(2);
    assertThat(findings).isEqualTo(parts[1]);
  }

  private static String findings(String yaml) {
    var environment =
        new PaperEnvironment()
            .withAnyDirectory()
            .variable("CLIENT_SECRET", "hush-hush-1")
            .variable("NUMERIC", "12345678")
            .variable("PORT", "8081")
            .variable("TRICK", "a: [b, ${PORT}]")
            .file("/run/secrets/signing_key.pem", SIGNING_KEY)
            .file("/run/secrets/decryption_key.pem", SIGNING_KEY)
            .file("conf/secret", "hush-hush-2\n")
            .file("/run/secrets/client_secret", "hush-hush-3\n")
            .file("conf/tls/ca.crt", "")
            .file("conf/tls/client.crt", "")
            .file("conf/tls/client.key", "")
            .file("conf/tls/other.crt", "")
            .file("conf/tls/other.key", "")
            .file("conf/cloakroom.yaml", yaml);
    var loaded = ConfigLoader.load(List.of(Path.of("conf/cloakroom.yaml")), environment);
    var text = loaded.findings().stream().map(f -> f.text() + "\n").collect(Collectors.joining());
    assertThat(text).as("no finding shows a secret").doesNotContain("hush-hush");
    var verdict = loaded instanceof Loaded.Ready ? "valid\n" : "";
    return loaded.findings().isEmpty()
        ? verdict
        : text + Finding.summary(loaded.findings()) + "\n" + verdict;
  }
}
