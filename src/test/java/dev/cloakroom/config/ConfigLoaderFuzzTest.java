package dev.cloakroom.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.cloakroom.config.text.Finding;
import dev.cloakroom.house.Case;
import java.nio.file.Path;
import java.util.List;

/// Whatever stands in a configuration file: findings with a place, or a configuration that loads
/// again as it is shown; never a fault.
class ConfigLoaderFuzzTest {
  @FuzzTest
  @Case("T98")
  void everyFileIsLoadedOrHasFindings(byte[] bytes) {
    var text = new String(bytes, UTF_8);
    switch (load(text)) {
      case Loaded.Faulty(var findings) -> {
        assertThat(findings).isNotEmpty().anyMatch(Finding::isError);
        findings.forEach(finding -> check(finding, text));
      }
      case Loaded.Ready ready -> {
        ready.findings().forEach(finding -> check(finding, text));
        assertThat(load(ready.effective())).isNotNull();
      }
    }
  }

  private static Loaded load(String text) {
    var environment =
        new PaperEnvironment()
            .variable("CLIENT_SECRET", "hush-hush")
            .withAnyDirectory()
            .file("f.yaml", text);
    return ConfigLoader.load(List.of(Path.of("f.yaml")), environment);
  }

  private static void check(Finding finding, String text) {
    assertThat(finding.line()).isBetween(1, (int) text.lines().count() + 2);
    assertThat(finding.column()).isPositive();
    assertThat(finding.text()).contains(finding.code());
    assertThat(finding.text().contains("hush-hush") && !text.contains("hush-hush"))
        .as("tells what a reference brought in")
        .isFalse();
  }
}
