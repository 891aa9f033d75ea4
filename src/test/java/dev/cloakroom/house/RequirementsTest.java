package dev.cloakroom.house;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Which requirement is proved by which test: every `@Proves` in the test classes, against the list
/// of requirements. The table goes to `target/requirements.md`.
class RequirementsTest {
  private static final Map<String, String> LEVELS = levels();
  private static final Map<String, SortedSet<String>> PROOFS = proofs();

  private static Map<String, String> levels() {
    try (var list = RequirementsTest.class.getResourceAsStream("/requirements.tsv")) {
      assertThat(list).isNotNull();
      var levels = new LinkedHashMap<String, String>();
      new String(list.readAllBytes(), UTF_8)
          .lines()
          .map(line -> line.split("\t", -1))
          .forEach(columns -> levels.put(columns[0], columns[1]));
      return levels;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Map<String, SortedSet<String>> proofs() {
    var proofs = new TreeMap<String, SortedSet<String>>();
    for (var type : ArchConfiguration.withThreadLocalScope(RequirementsTest::tests)) {
      type.tryGetAnnotationOfType(Proves.class)
          .ifPresent(proves -> add(proofs, proves, type.getSimpleName()));
      type.getMethods().stream()
          .filter(method -> method.isAnnotatedWith(Proves.class))
          .forEach(
              method -> add(proofs, method.getAnnotationOfType(Proves.class), sentence(method)));
    }
    return proofs;
  }

  /// Only annotations matter here, so that nothing else need be resolved.
  private static JavaClasses tests(ArchConfiguration configuration) {
    configuration.setResolveMissingDependenciesFromClassPath(false);
    return new ClassFileImporter()
        .withImportOption(new ImportOption.OnlyIncludeTests())
        .importPackages("dev.cloakroom");
  }

  private static void add(Map<String, SortedSet<String>> proofs, Proves proves, String test) {
    for (var id : proves.value()) {
      proofs.computeIfAbsent(id, _ -> new TreeSet<>()).add(test);
    }
  }

  private static String sentence(JavaMethod method) {
    JavaClass owner = method.getOwner();
    return owner.getSimpleName() + "." + method.getName();
  }

  @Test
  void testsNameOnlyRequirementsThatExist() {
    assertThat(LEVELS.keySet()).containsAll(PROOFS.keySet());
  }

  @Test
  void theListIsWhole() {
    assertThat(LEVELS).hasSizeGreaterThanOrEqualTo(290);
    assertThat(Set.copyOf(LEVELS.values())).isSubsetOf("M", "M*", "S", "O", "D");
  }

  @Test
  void onlyTestsClaimToProve() {
    assertThat(PROOFS.values().stream().flatMap(Collection::stream))
        .as("the annotation sits on test classes and their methods")
        .allSatisfy(
            test -> assertThat(test).matches("\\w*(Test|IT|Contract|Story|Tests)(\\.\\w+)?"));
  }

  @Test
  void theTableIsWritten() throws IOException {
    var target = Path.of("target");
    Files.createDirectories(target);
    var table = table();
    Files.writeString(target.resolve("requirements.md"), table);
    assertThat(table).contains("| BFF-01 |");
  }

  private static String table() {
    var table = new StringBuilder("# Requirements and the tests that prove them\n\n");
    table.append("Made by `RequirementsTest` from the `@Proves` annotations of the tests.\n\n");
    table.append("| Level | Requirements | Proved |\n| --- | ---: | ---: |\n");
    LEVELS.values().stream().distinct().sorted().forEach(level -> table.append(countOf(level)));
    String group = "";
    for (var requirement : LEVELS.entrySet()) {
      var id = requirement.getKey();
      var family = id.substring(0, id.lastIndexOf('-'));
      if (!family.equals(group)) {
        group = family;
        table
            .append("\n## ")
            .append(family)
            .append("\n\n| ID | Level | Tests |\n| --- | --- | --- |\n");
      }
      table.append(row(id, requirement.getValue()));
    }
    return table.toString();
  }

  private static String countOf(String level) {
    var all = LEVELS.entrySet().stream().filter(entry -> entry.getValue().equals(level)).toList();
    var proved = all.stream().filter(entry -> PROOFS.containsKey(entry.getKey())).count();
    return "| %s | %d | %d |%n".formatted(level, all.size(), proved);
  }

  private static String row(String id, String level) {
    var tests = PROOFS.get(id);
    var shown =
        tests == null
            ? "not yet"
            : tests.stream().map(test -> "`" + test + "`").collect(Collectors.joining("<br>"));
    return "| %s | %s | %s |%n".formatted(id, level, shown);
  }
}
