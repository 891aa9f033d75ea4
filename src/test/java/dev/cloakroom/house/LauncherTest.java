package dev.cloakroom.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Launcher and image start the same JVM.
class LauncherTest {
  private static final Path OPTIONS = Path.of("config/jvm.options");
  private static final Path TRAINING = Path.of("src/training/Training.java");
  private static final int YOUNG_MEGABYTES = 24;

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
    assertThat(line("cloakroom", "young="))
        .startsWith("young=$((" + YOUNG_MEGABYTES + " * $(nproc ");
    assertThat(line("cloakroom", "exec \"$JAVA_HOME"))
        .contains("\"@$home/" + OPTIONS + "\" \"-Xms$((16 + young))m\" \"-Xmn${young}m\"");
    assertThat(line("Dockerfile", "COPY config"))
        .isEqualTo("COPY " + OPTIONS + " /app/jvm.options");
    assertThat(line("cloakroom", "\"$JAVA_HOME/bin/java\" \"@"))
        .contains("\"@$home/" + OPTIONS + "\" -XX:AOTCacheOutput=");
    assertThat(line("Dockerfile", "/opt/java/bin/java"))
        .contains(" @/app/jvm.options -XX:AOTCacheOutput=");
    assertThat(line("Dockerfile", "ENTRYPOINT"))
        .startsWith(
            "ENTRYPOINT [\"java\", \"@/app/jvm.options\", \"-Xms%dm\", \"-Xmn%dm\""
                .formatted(16 + YOUNG_MEGABYTES * 4, YOUNG_MEGABYTES * 4));
  }

  /// What is kept of a start is what was met at one.
  @Test
  void bothLearnFromTheSameStart() throws IOException {
    assertThat(line("cloakroom", "\"$JAVA_HOME/bin/java\" \"$home/"))
        .startsWith("\"$JAVA_HOME/bin/java\" \"$home/" + TRAINING + "\" ");
    assertThat(line("Dockerfile", "COPY src/training")).isEqualTo("COPY src/training /training");
    assertThat(line("Dockerfile", "RUN java "))
        .startsWith("RUN java /training/" + TRAINING.getFileName() + " ");
  }

  /// The whole of it, but for what the JVM writes: a gateway that is not ready, or does not stop,
  /// is told by the exit code.
  @Test
  void aStartMeetsTheProviderAndTheRedis(@TempDir Path folder) throws Exception {
    var settings = folder.resolve("training.yaml").toString();
    var said =
        run(
            List.of(
                java(),
                TRAINING.toString(),
                settings,
                java(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.cloakroom.cli.Main",
                "run",
                "--config",
                settings));
    assertThat(said)
        .contains("gateway.ready", "provider.discovered", "gateway.stopped")
        .doesNotContain("provider.unavailable", "session_store.away", "fault");
  }

  @Test
  void neitherRepeatsAnOptionOfTheFile() throws IOException {
    var both = Files.readString(Path.of("cloakroom")) + Files.readString(Path.of("Dockerfile"));
    assertThat(options()).hasSizeGreaterThan(5).noneMatch(both::contains);
  }

  @Test
  void anotherCollectorMayBeNamed() throws Exception {
    assertThat(flags()).contains("UseSerialGC").doesNotContain("UseG1GC");
    assertThat(flags("-Xmx6g", "-XX:-UseSerialGC", "-XX:+UseG1GC"))
        .contains("UseG1GC")
        .doesNotContain("UseSerialGC");
  }

  /// Those that are on.
  private static List<String> flags(String... more) throws Exception {
    var command = new ArrayList<>(List.of(java(), "@" + OPTIONS));
    command.addAll(List.of(more));
    command.addAll(List.of("-XX:+PrintFlagsFinal", "-version"));
    return run(command)
        .lines()
        .map(line -> line.strip().split("\\s+"))
        .filter(words -> words.length > 3 && words[0].equals("bool") && words[3].equals("true"))
        .map(words -> words[1])
        .toList();
  }

  @Test
  void theJvmTakesThemAll() throws Exception {
    assertThat(run(List.of(java(), "@" + OPTIONS, "-version")))
        .doesNotContain("warning")
        .contains("25.");
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private static String run(List<String> command) throws Exception {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }
}
