package dev.cloakroom.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Launcher and image start the same JVM.
class LauncherTest {
  private static final Path OPTIONS = Path.of("config/jvm.options");
  private static final Pattern YOUNG = Pattern.compile("24 \\* cpus");

  private static List<String> options() throws IOException {
    return Files.readAllLines(OPTIONS).stream()
        .filter(line -> line.startsWith("-"))
        .map(String::strip)
        .toList();
  }

  private static String line(String file, String start) throws IOException {
    return Files.readAllLines(Path.of(file)).stream()
        .map(String::strip)
        .filter(line -> line.startsWith(start))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void bothReadOneFileOfOptions() throws IOException {
    assertThat(line("cloakroom", "exec \"$JAVA_HOME"))
        .contains("\"@$home/" + OPTIONS + "\"")
        .containsPattern(YOUNG);
    assertThat(line("Dockerfile", "COPY config"))
        .isEqualTo("COPY " + OPTIONS + " /app/jvm.options");
    assertThat(line("Dockerfile", "/opt/java/bin/java")).contains(" @/app/jvm.options ");
    assertThat(line("Dockerfile", "ENTRYPOINT"))
        .startsWith(
            "ENTRYPOINT [\"java\", \"@/app/jvm.options\", \"-XX:MaxNewSize=" + 24 * 4 + "m\"");
  }

  @Test
  void neitherRepeatsAnOptionOfTheFile() throws IOException {
    var both = Files.readString(Path.of("cloakroom")) + Files.readString(Path.of("Dockerfile"));
    assertThat(options()).hasSizeGreaterThan(5).noneMatch(both::contains);
  }

  @Test
  void theJvmTakesThemAll() throws Exception {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var process =
        new ProcessBuilder(java, "@" + OPTIONS, "-version").redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    assertThat(said).doesNotContain("warning").contains("25.");
  }
}
