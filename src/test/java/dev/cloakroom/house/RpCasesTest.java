package dev.cloakroom.house;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Which case of the OpenID Foundation's plans for relying parties is imitated by which test: every
/// `@RpCase` in the test classes, against the list of cases. The table goes to
/// `target/rp-cases.md`.
class RpCasesTest {
  private static final List<RpCaseRow> CASES = cases();
  private static final Map<String, SortedSet<String>> TESTS =
      ArchConfiguration.withThreadLocalScope(RpCasesTest::tests);

  /// @param plans the plans it is a case of; `none`: it means nothing here, and `what` says why
  private record RpCaseRow(String name, String plans, String what) {
    boolean applies() {
      return !plans.equals("none");
    }
  }

  private static List<RpCaseRow> cases() {
    try (var list = RpCasesTest.class.getResourceAsStream("/rp-cases.tsv")) {
      return new String(Objects.requireNonNull(list).readAllBytes(), UTF_8)
          .lines()
          .map(line -> line.split("\t", -1))
          .map(columns -> new RpCaseRow(columns[0], columns[1], columns[2]))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, SortedSet<String>> tests(ArchConfiguration configuration) {
    configuration.setResolveMissingDependenciesFromClassPath(false);
    var classes =
        new ClassFileImporter()
            .withImportOption(new ImportOption.OnlyIncludeTests())
            .importPackages("dev.cloakroom");
    var tests = new TreeMap<String, SortedSet<String>>();
    for (var type : classes) {
      for (var method : type.getMethods()) {
        for (var name :
            method.tryGetAnnotationOfType(RpCase.class).map(RpCase::value).orElse(new String[0])) {
          tests
              .computeIfAbsent(name, _ -> new TreeSet<>())
              .add(type.getSimpleName() + "." + method.getName());
        }
      }
    }
    return tests;
  }

  private static List<String> names(boolean applying) {
    return CASES.stream()
        .filter(row -> row.applies() == applying)
        .map(RpCaseRow::name)
        .sorted()
        .toList();
  }

  @Test
  void everyCaseThatAppliesHasATestAndEveryTestACase() {
    assertThat(names(true)).hasSizeGreaterThanOrEqualTo(46).doesNotHaveDuplicates();
    assertThat(TESTS.keySet()).containsExactlyElementsOf(names(true));
    assertThat(names(false)).doesNotContainAnyElementsOf(names(true));
  }

  @Test
  void theTableIsWritten() throws IOException {
    var table = new StringBuilder("# Cases of the test plans for relying parties\n\n");
    table.append("Made by `RpCasesTest` from the `@RpCase` annotations of the tests.\n\n");
    table.append("| Case | Plans | What | Tests |\n| --- | --- | --- | --- |\n");
    CASES.forEach(row -> table.append(line(row)));
    Files.createDirectories(Path.of("target"));
    Files.writeString(Path.of("target", "rp-cases.md"), table);
    assertThat(table).contains("| oidcc-client-test-nonce-invalid |");
  }

  private static String line(RpCaseRow row) {
    var tests = TESTS.getOrDefault(row.name(), new TreeSet<>());
    var shown = row.applies() ? "`" + String.join("`<br>`", tests) + "`" : "does not apply";
    return "| %s | %s | %s | %s |%n".formatted(row.name(), row.plans(), row.what(), shown);
  }
}
