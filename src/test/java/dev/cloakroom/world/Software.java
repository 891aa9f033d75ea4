package dev.cloakroom.world;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Programs that tests need: where they are, and how they come from Debian's packages.
final class Software {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Path APT = Path.of("/usr/bin/apt-get");

  /// Where servers lie; not on every user's PATH.
  private static final List<String> ALSO = List.of("/usr/sbin", "/usr/local/sbin");

  private Software() {}

  /// The program that an environment variable names; it must be one that runs.
  static Optional<Path> named(String variable) {
    var named = System.getenv(variable);
    if (named != null && !Files.isExecutable(Path.of(named))) {
      throw new AssertionError(variable + " names " + named + ", which cannot be run");
    }
    return Optional.ofNullable(named).map(Path::of);
  }

  /// The program of a Debian package that has its name: the one that the environment variable of
  /// that name in capitals says, one on the PATH, or the one in the package, which is unpacked
  /// below `target` and not installed.
  ///
  /// @param inPackage where it lies there
  static Path ofPackage(String name, String inPackage) {
    var variable = name.toUpperCase(Locale.ROOT);
    return named(variable)
        .or(() -> onPath(name))
        .or(() -> unpacked(name, inPackage))
        .orElseThrow(
            () ->
                new AssertionError(
                    "no %s: set %s to its path, or install one (Debian: apt-get install %s)"
                        .formatted(name, variable, name)));
  }

  private static Optional<Path> unpacked(String name, String inPackage) {
    try {
      var folder = Files.createDirectories(Path.of("target", name + "-package")).toAbsolutePath();
      var program = folder.resolve(inPackage);
      boolean there = Files.isExecutable(program) || unpacks(name, folder);
      return there ? Optional.of(program).filter(Files::isExecutable) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The first program of one of these names on the PATH.
  static Optional<Path> onPath(String... names) {
    var path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    var folders = new ArrayList<>(List.of(path.split(Pattern.quote(File.pathSeparator))));
    folders.addAll(ALSO);
    return folders.stream()
        .flatMap(folder -> Arrays.stream(names).map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /// Installs packages where the user may; false where he may not, or where it fails.
  static boolean installs(String... packages) {
    var install =
        new ArrayList<>(List.of("apt-get", "install", "--yes", "--no-install-recommends"));
    install.addAll(List.of(packages));
    return isRoot() && lists() && runs(here(), install);
  }

  /// Unpacks the programs of a package into a folder, without installing it: nothing of it is
  /// started, and nobody need be root. False where that fails.
  static boolean unpacks(String debianPackage, Path folder) {
    return Files.isExecutable(APT)
        && (!isRoot() || lists())
        && runs(folder, List.of("apt-get", "download", debianPackage))
        && runs(folder, List.of("sh", "-c", "dpkg-deb -x " + debianPackage + "_*.deb ."));
  }

  private static boolean isRoot() {
    return Files.isExecutable(APT) && System.getProperty("user.name").equals("root");
  }

  private static boolean lists() {
    return runs(here(), List.of("apt-get", "update"));
  }

  private static Path here() {
    return Path.of("").toAbsolutePath();
  }

  static boolean runs(Path folder, List<String> command) {
    try (var process =
        ChildProcess.start(folder, Map.of("DEBIAN_FRONTEND", "noninteractive"), command)) {
      return process.ends(PATIENCE) == 0;
    }
  }
}
