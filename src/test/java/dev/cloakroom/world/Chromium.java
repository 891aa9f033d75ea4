package dev.cloakroom.world;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Finds a Chromium: the one `CHROMIUM` names, one on the PATH, Debian's package, or the binary
/// that an npm package ships.
public final class Chromium {
  /// What a headless Chromium needs in a container, as any user.
  public static final List<String> FLAGS =
      List.of("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu");

  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private Chromium() {}

  public static Path find() {
    return fromEnvironment()
        .or(Chromium::onPath)
        .or(Chromium::fromDebian)
        .or(Chromium::fromNpm)
        .orElseThrow(
            () ->
                new AssertionError(
                    "no Chromium: set CHROMIUM to its path, or install one"
                        + " (Debian: apt-get install chromium)"));
  }

  private static Optional<Path> fromEnvironment() {
    var named = System.getenv("CHROMIUM");
    if (named != null && !Files.isExecutable(Path.of(named))) {
      throw new AssertionError("CHROMIUM names " + named + ", which cannot be run");
    }
    return Optional.ofNullable(named).map(Path::of);
  }

  private static Optional<Path> onPath() {
    var path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Pattern.compile(Pattern.quote(File.pathSeparator))
        .splitAsStream(path)
        .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static Optional<Path> fromDebian() {
    var mayInstall =
        Files.isExecutable(Path.of("/usr/bin/apt-get"))
            && System.getProperty("user.name").equals("root");
    return mayInstall
            && runs("apt-get", "update")
            && runs(
                "apt-get",
                "install",
                "--yes",
                "--no-install-recommends",
                "chromium",
                "fonts-dejavu-core")
        ? onPath()
        : Optional.empty();
  }

  /// The package holds the compressed binary, which it unpacks when asked for its path.
  private static Optional<Path> fromNpm() {
    if (!runs(
        "npm",
        "install",
        "--no-save",
        "--prefix",
        "target/chromium",
        "@sparticuz/chromium@153.0.0")) {
      return Optional.empty();
    }
    var script =
        "import('@sparticuz/chromium').then(async (it) =>"
            + " console.log('PATH ' + (await it.default.executablePath())))";
    try (var node = run(Path.of("target/chromium"), "node", "-e", script)) {
      return Stream.of(node.says("PATH ", PATIENCE))
          .map(Path::of)
          .filter(Files::isExecutable)
          .findFirst();
    }
  }

  private static boolean runs(String... command) {
    try (var process = run(Path.of("").toAbsolutePath(), command)) {
      return process.ends(PATIENCE) == 0;
    }
  }

  private static ChildProcess run(Path directory, String... command) {
    return ChildProcess.start(
        directory, Map.of("DEBIAN_FRONTEND", "noninteractive"), List.of(command));
  }
}
