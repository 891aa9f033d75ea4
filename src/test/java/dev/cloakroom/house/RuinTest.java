package dev.cloakroom.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// A rule that cannot fail is no rule: a ruin next door breaks each of them.
class RuinTest {
  private static final JavaClasses RUIN =
      new ClassFileImporter().importPackages("dev.cloakroom.house.ruin");

  private static final HouseRules RULES = new HouseRules("dev.cloakroom.house.ruin");

  static Stream<Arguments> broken() {
    return Stream.of(
        Arguments.of(RULES.arrowsOf("oidc"), "ProtocolManager"),
        Arguments.of(RULES.arrowsOf("login"), "Keeper"),
        Arguments.of(RULES.arrowsOf("proxy"), "Everything"),
        Arguments.of(RULES.everyRoomIsKnown(), "Coal"),
        Arguments.of(RULES.noCycles(), "Cycle detected"),
        Arguments.of(RULES.only("config", "org.snakeyaml.."), "LoadSettings"),
        Arguments.of(RULES.only("jose", "com.nimbusds.."), "JWSAlgorithm"),
        Arguments.of(RULES.only("oidc", "io.vertx.ext.auth.."), "OAuth2FlowType"),
        Arguments.of(RULES.only("observe", "org.slf4j.."), "LoggerFactory"),
        Arguments.of(RULES.only("cli.line", "org.apache.commons.cli.."), "CommandLine"),
        Arguments.of(RULES.onlyCliPrints(), "System.out"),
        Arguments.of(RULES.onlyCliPrints(), "printStackTrace"),
        Arguments.of(RULES.nobodyReadsTheWallClock(), "Instant.now"),
        Arguments.of(RULES.nobodyReadsTheWallClock(), "InstantSource.system"),
        Arguments.of(RULES.nobodyReadsTheWallClock(), "System.nanoTime"),
        Arguments.of(RULES.nobodyRollsDice(), "UUID.randomUUID"),
        Arguments.of(RULES.nobodyRollsDice(), "ThreadLocalRandom.current"),
        Arguments.of(RULES.nobodyRollsDice(), "SecureRandom"),
        Arguments.of(RULES.nobodyBlocks(), "Future.await"),
        Arguments.of(RULES.nobodyBlocks(), "CompletableFuture.join"),
        Arguments.of(RULES.nobodyBlocks(), "InetAddress.getByName"),
        Arguments.of(RULES.nobodyBlocks(), "InetSocketAddress.<init>"),
        Arguments.of(RULES.timersAreOfTheLoops(), "java.util.Timer"),
        Arguments.of(RULES.fewMakeHttpClients(), "Vertx.createHttpClient"),
        Arguments.of(RULES.fewMakeHttpClients(), "WebClient.create"),
        Arguments.of(RULES.fewMakeHttpClients(), "HttpClient.newHttpClient"),
        Arguments.of(RULES.fewMakeHttpClients(), "URL.openConnection"),
        Arguments.of(RULES.classesAreFinalOrSealed(), "ProtocolManager is open"),
        Arguments.of(RULES.namesSayWhatThingsAre(), "ProtocolManager"));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void everyRuleCanFail(ArchRule rule, String evidence) {
    assertThat(rule.evaluate(RUIN).getFailureReport().toString()).contains(evidence);
  }

  @Test
  void composingFuturesIsNotBlocking() {
    assertThat(RULES.nobodyBlocks().evaluate(RUIN).getFailureReport().toString())
        .doesNotContain("composes");
  }
}
