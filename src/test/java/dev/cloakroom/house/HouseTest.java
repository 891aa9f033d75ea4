package dev.cloakroom.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CheckReturnValue;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The house keeps its rules. `RuinTest` shows that each of them can fail.
class HouseTest {
  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.cloakroom");

  private static final HouseRules RULES = new HouseRules("dev.cloakroom");

  /// More than this, and a room should be two. An exception says why.
  private static final int ROOM = 20;

  private static final Map<String, Integer> LARGER_ROOMS =
      Map.of(
          "dev.cloakroom.oidc", 50, // a type per concept of the specification, most of them records
          "dev.cloakroom.edge",
              54, // a handler per endpoint, a type per guard and per answer, hosts
          "dev.cloakroom.proxy",
              31, // a type per decision on the wire: fields, cookies, challenges, bodies, frames
          "dev.cloakroom.upstream", 28, // a pool and its parts for each of two versions of HTTP
          "dev.cloakroom.cli", 25, // a type per command
          "dev.cloakroom.config",
              40, // a type per group of keys, per group of checks, per thing made of them
          "dev.cloakroom.session",
              23, // a session and its parts, and two places for it: memory and a file
          "dev.cloakroom.session.redis",
              25); // a type per kind of step, and one for each way in which a step goes wrong

  static java.util.Set<String> rooms() {
    return HouseRules.STAIRS.keySet();
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void arrowsOnlyGoDown(String room) {
    RULES.arrowsOf(room).check(HOUSE);
  }

  @Test
  void everyRoomHasAPlace() {
    RULES.everyRoomIsKnown().check(HOUSE);
  }

  @Test
  void roomsHaveNoCycles() {
    RULES.noCycles().check(HOUSE);
  }

  @Test
  void onlyTheReaderOfTheConfigurationKnowsYaml() {
    RULES.only("config.text", "org.snakeyaml..").check(HOUSE);
  }

  @Test
  void onlyJoseKnowsAJoseLibrary() {
    RULES.only("jose", "com.nimbusds..").check(HOUSE);
  }

  @Test
  void onlyOidcKnowsAnOauthLibrary() {
    RULES.only("oidc", "io.vertx.ext.auth..").check(HOUSE);
  }

  @Test
  void onlyObserveLogs() {
    RULES
        .only(
            "observe",
            "org.slf4j..",
            "ch.qos.logback..",
            "net.logstash..",
            "java.util.logging..",
            "io.vertx.core.internal.logging..")
        .check(HOUSE);
  }

  @Test
  void onlyOneRoomTakesTheCommandLineApart() {
    RULES.only("cli.line", "org.apache.commons.cli..").check(HOUSE);
  }

  @Test
  void onlyCliPrints() {
    RULES.onlyCliPrints().check(HOUSE);
  }

  @Test
  void timeIsAnArgument() {
    RULES.nobodyReadsTheWallClock().check(HOUSE);
  }

  @Test
  void chanceIsAnArgument() {
    RULES.nobodyRollsDice().check(HOUSE);
  }

  @Test
  @Proves("OPS-08")
  void nobodyBlocks() {
    RULES.nobodyBlocks().check(HOUSE);
  }

  @Test
  @Proves("OPS-09")
  void timersAreOfTheLoops() {
    RULES.timersAreOfTheLoops().check(HOUSE);
  }

  @Test
  void fewMakeHttpClients() {
    RULES.fewMakeHttpClients().check(HOUSE);
  }

  @Test
  void classesAreFinalOrSealed() {
    RULES.classesAreFinalOrSealed().check(HOUSE);
  }

  @Test
  void namesSayWhatThingsAre() {
    RULES.namesSayWhatThingsAre().check(HOUSE);
  }

  @Test
  void everyRoomIntroducesItself() {
    HOUSE.stream()
        .map(JavaClass::getPackage)
        .distinct()
        .forEach(
            room ->
                assertThat(room.tryGetPackageInfo())
                    .as("package-info of %s", room.getName())
                    .hasValueSatisfying(
                        info -> {
                          assertThat(info.isAnnotatedWith(NullMarked.class)).isTrue();
                          assertThat(info.isAnnotatedWith(CheckReturnValue.class)).isTrue();
                        }));
  }

  @Test
  void roomsStaySmall() {
    var sizes =
        HOUSE.stream()
            .filter(Predicate.not(JavaClass::isNestedClass))
            .filter(type -> !type.getSimpleName().equals("package-info"))
            .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));
    sizes.forEach(
        (room, types) ->
            assertThat(types)
                .as("types in %s", room)
                .isLessThanOrEqualTo(LARGER_ROOMS.getOrDefault(room, ROOM)));
  }
}
