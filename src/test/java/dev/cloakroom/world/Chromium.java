package dev.cloakroom.world;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Finds a Chromium: the one `CHROMIUM` names, one on the PATH, Debian's package, or the binary
/// that an npm package ships.
public final class Chromium {
  /// What a headless Chromium needs in a container, as any user.
  public static final List<String> FLAGS =
      List.of("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu");

  private static final String[] NAMES = {
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"
  };
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private Chromium() {}

  public static Path find() {
    return Software.named("CHROMIUM")
        .or(() -> Software.onPath(NAMES))
        .or(Chromium::fromDebian)
        .or(Chromium::fromNpm)
        .orElseThrow(
            () ->
                new AssertionError(
                    "no Chromium: set CHROMIUM to its path, or install one"
                        + " (Debian: apt-get install chromium)"));
  }

  private static Optional<Path> fromDebian() {
    return Software.installs("chromium", "fonts-dejavu-core")
        ? Software.onPath(NAMES)
        : Optional.empty();
  }

  /// The package holds the compressed binary, which it unpacks when asked for its path.
  private static Optional<Path> fromNpm() {
    var here = Path.of("").toAbsolutePath();
    if (!Software.runs(
        here,
        List.of(
            "npm",
            "install",
            "--no-save",
            "--prefix",
            "target/chromium",
            "@sparticuz/chromium@153.0.0"))) {
      return Optional.empty();
    }
    var script =
        "import('@sparticuz/chromium').then(async (it) =>"
            + " console.log('PATH ' + (await it.default.executablePath())))";
    try (var node =
        ChildProcess.start(Path.of("target/chromium"), Map.of(), List.of("node", "-e", script))) {
      return Stream.of(node.says("PATH ", PATIENCE))
          .map(Path::of)
          .filter(Files::isExecutable)
          .findFirst();
    }
  }
}
