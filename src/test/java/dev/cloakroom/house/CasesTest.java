package dev.cloakroom.house;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Which attack case is tried by which test: every `@Case` in the test classes, against the list of
/// cases. The table goes to `target/attack-cases.md`.
class CasesTest {
  private static final Map<String, String> CASES = cases();
  private static final Map<String, SortedSet<String>> TESTS =
      ArchConfiguration.withThreadLocalScope(CasesTest::tests);

  private static Map<String, String> cases() {
    try (var list = CasesTest.class.getResourceAsStream("/attack/cases.tsv")) {
      assertThat(list).isNotNull();
      var cases = new LinkedHashMap<String, String>();
      new String(list.readAllBytes(), UTF_8)
          .lines()
          .map(line -> line.split("\t", 2))
          .forEach(columns -> cases.put(columns[0], columns[1]));
      return cases;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, SortedSet<String>> tests(ArchConfiguration configuration) {
    configuration.setResolveMissingDependenciesFromClassPath(false);
    JavaClasses classes =
        new ClassFileImporter()
            .withImportOption(new ImportOption.OnlyIncludeTests())
            .importPackages("dev.cloakroom");
    var tests = new TreeMap<String, SortedSet<String>>();
    for (var type : classes) {
      type.tryGetAnnotationOfType(Case.class)
          .ifPresent(cases -> add(tests, cases, type.getSimpleName()));
      for (var method : type.getMethods()) {
        method
            .tryGetAnnotationOfType(Case.class)
            .ifPresent(cases -> add(tests, cases, type.getSimpleName() + "." + method.getName()));
      }
    }
    return tests;
  }

  private static void add(Map<String, SortedSet<String>> tests, Case cases, String test) {
    for (var id : cases.value()) {
      tests.computeIfAbsent(id, _ -> new TreeSet<>()).add(test);
    }
  }

  @Test
  void testsNameOnlyCasesThatExist() {
    assertThat(CASES).hasSize(119);
    assertThat(CASES.keySet()).containsAll(TESTS.keySet());
  }

  /// The groups F to I, and what a dead upstream and odd messages do.
  @Test
  void whatComesOverTheWireIsTriedWhole() {
    var wire =
        CASES.keySet().stream()
            .filter(id -> id.matches("T[6-9]\\d|T116|T117"))
            .filter(id -> !TESTS.containsKey(id));
    assertThat(wire).as("cases without a test").isEmpty();
  }

  @Test
  void theTableIsWritten() throws IOException {
    var table = new StringBuilder("# Attack cases and the tests that try them\n\n");
    table.append("Made by `CasesTest` from the `@Case` annotations of the tests: ");
    table.append("%d of %d cases.%n%n".formatted(TESTS.size(), CASES.size()));
    table.append("| Case | What | Tests |\n| --- | --- | --- |\n");
    CASES.forEach((id, what) -> table.append(row(id, what)));
    Files.createDirectories(Path.of("target"));
    Files.writeString(Path.of("target", "attack-cases.md"), table);
    assertThat(table).contains("| T60 |");
  }

  private static String row(String id, String what) {
    var tests = TESTS.get(id);
    var shown = tests == null ? "not yet" : "`" + String.join("`<br>`", tests) + "`";
    return "| %s | %s | %s |%n".formatted(id, what.replace("|", "\\|"), shown);
  }
}
