package dev.cloakroom.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The files of the repository say nothing about the machine they were written on, and classes stay
/// readable in one sitting.
class RepositoryTest {
  private static final Set<String> NOT_OURS =
      Set.of(".git", "target", "node_modules", "dist", ".idea", ".vscode");

  /// A home directory, or a file in a mounted work or temporary folder of somebody's machine.
  private static final Pattern MACHINE_PATH =
      Pattern.compile(
          "(?<![\\w.}$~/-])/(?:home/(?!node/)[a-z]|Users/[A-Za-z]|root/|work/|mnt/[a-z])");

  /// Lock files and the wrapper may name the public registries only.
  private static final Pattern PUBLIC_REGISTRY =
      Pattern.compile(
          "https://(registry\\.npmjs\\.org|repo\\.maven\\.apache\\.org|repo1\\.maven\\.org)/.*");

  private static final Pattern PINNED_ADDRESS =
      Pattern.compile("(?:\"resolved\": \"|distributionUrl=|<url>)(https?://[^\"<\\s]+)");

  private static final int LINES = 400;

  static List<Path> files() {
    var files = new ArrayList<Path>();
    try {
      Files.walkFileTree(
          Path.of(""),
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
              var name = folder.getFileName().toString();
              return NOT_OURS.contains(name)
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (attributes.isRegularFile() && attributes.size() < 2_000_000) {
                files.add(file);
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  private static Stream<String> linesOf(Path file) {
    try {
      return Files.readAllLines(file).stream();
    } catch (MalformedInputException binary) {
      return Stream.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void noFileNamesAMachine() {
    assertThat(files())
        .filteredOn(file -> !file.endsWith("RepositoryTest.java"))
        .filteredOn(file -> !file.equals(Path.of(".git")))
        .isNotEmpty()
        .allSatisfy(
            file ->
                assertThat(linesOf(file).filter(line -> MACHINE_PATH.matcher(line).find()))
                    .as(file.toString())
                    .isEmpty());
  }

  @Test
  void lockFilesNameThePublicRegistriesOnly() {
    var addresses =
        files().stream()
            .filter(
                file ->
                    file.endsWith("package-lock.json")
                        || file.endsWith("maven-wrapper.properties")
                        || file.endsWith("pom.xml"))
            .flatMap(RepositoryTest::linesOf)
            .flatMap(line -> PINNED_ADDRESS.matcher(line).results())
            .map(match -> match.group(1))
            .toList();
    assertThat(addresses)
        .isNotEmpty()
        .allSatisfy(address -> assertThat(address).matches(PUBLIC_REGISTRY));
  }

  @Test
  void sourcesStayReadable() {
    assertThat(files())
        .filteredOn(file -> file.startsWith("src/main/java") && file.toString().endsWith(".java"))
        .isNotEmpty()
        .allSatisfy(
            file -> assertThat(linesOf(file).count()).as(file.toString()).isLessThan(LINES));
  }

  @Test
  void theChecksCanFail() {
    assertThat("cd /home/someone/cloakroom").containsPattern(MACHINE_PATH);
    assertThat("/Users/Somebody/x").containsPattern(MACHINE_PATH);
    assertThat("GET /app/home/x").doesNotContainPattern(MACHINE_PATH);
    assertThat("https://mirror.example/npm/x.tgz").doesNotMatch(PUBLIC_REGISTRY);
  }
}
