package dev.cloakroom.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.config.preset.Presets;
import dev.cloakroom.config.text.Finding;
import dev.cloakroom.house.Proves;
import dev.cloakroom.world.TestKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a preset makes of what an operator writes. Each file is a provider, a line of dashes, and
/// the effective configuration less what is a default of every provider. `-Dcloakroom.rewrite=true`
/// writes the second part anew.
class PresetTest {
  private static final Path FOLDER = Path.of("src/test/resources/preset");
  private static final Path SOURCES = Path.of("src/main/resources/dev/cloakroom/config/preset");
  private static final String LINE = "-".repeat(40);
  private static final String KEY = TestKeys.pem(TestKeys.made("EC", 256));

  static List<String> presets() {
    return Presets.names();
  }

  private static Loaded load(String provider, String... more) {
    var yaml =
        "version: 1\nserver: {public_url: https://app.example.com}\nproviders:\n  main:\n"
            + provider.indent(4)
            + String.join("", more);
    var environment =
        new PaperEnvironment().variable("S", "hush").variable("KEY", KEY).file("c.yaml", yaml);
    return ConfigLoader.load(List.of(Path.of("c.yaml")), environment);
  }

  private static String findings(String provider) {
    return load(provider).findings().stream().map(Finding::text).collect(Collectors.joining("\n"));
  }

  private static String effective(String provider) {
    return switch (load(provider)) {
      case Loaded.Ready ready ->
          ready
              .effective()
              .lines()
              .dropWhile(line -> !line.equals("  main:"))
              .skip(1)
              .takeWhile(line -> line.startsWith("    "))
              .filter(line -> !line.endsWith("# default"))
              .map(line -> line.substring(4))
              .collect(Collectors.joining("\n", "", "\n"))
              .replaceAll("(?m)^[a-z_]+:\n(?! )", "");
      case Loaded.Faulty faulty ->
          throw new AssertionError(
              faulty.findings().stream().map(Finding::text).collect(Collectors.joining("\n")));
    };
  }

  @ParameterizedTest
  @MethodSource("presets")
  @Proves("OPS-01")
  void thePresetIsWhatThePaperSays(String name) throws IOException {
    var golden = FOLDER.resolve(name + ".golden");
    var parts = Files.readString(golden).split("(?m)^" + LINE + "\n", -1);
    var effective = effective(parts[0]);
    if (Boolean.getBoolean("cloakroom.rewrite")) {
      Files.writeString(golden, parts[0] + LINE + "\n" + effective);
    }
    assertThat(parts).hasSize(2);
    assertThat(effective).isEqualTo(parts[1]);
  }

  /// Nothing in a preset is out of an operator's reach: written out by hand it is the same
  /// provider.
  @ParameterizedTest
  @MethodSource("presets")
  void aPresetCanBeWrittenByHand(String name) throws IOException {
    var golden = Files.readString(FOLDER.resolve(name + ".golden"));
    var byHand =
        golden
            .split("(?m)^" + LINE + "\n", -1)[1]
            .lines()
            .map(line -> line.replaceFirst(" +# .*", ""))
            .filter(line -> !line.startsWith("preset:") && !isParameter(line))
            .map(line -> line.startsWith("client_secret:") ? "client_secret: ${S}" : line)
            .map(line -> line.startsWith("  private_key:") ? "  private_key: ${KEY}" : line)
            .collect(Collectors.joining("\n"));
    var provider = ((Loaded.Ready) load(byHand)).config().providers().get("main");
    var preset = ((Loaded.Ready) load(golden.split("(?m)^" + LINE, -1)[0])).config().providers();
    assertThat(provider).usingRecursiveComparison().isEqualTo(preset.get("main"));
  }

  private static boolean isParameter(String line) {
    return PresetKeys.PARAMETERS.stream().anyMatch(key -> line.startsWith(key.name() + ":"));
  }

  @Test
  void everyFileIsListed() throws IOException {
    try (Stream<Path> files = Files.list(SOURCES)) {
      assertThat(files.map(file -> file.getFileName().toString().replace(".yaml", "")))
          .containsExactlyInAnyOrderElementsOf(Presets.names());
    }
    assertThat(Presets.find("../Presets")).isEmpty();
  }

  private static final String GOOD =
      """
      preset: keycloak
      host: id.example.com
      realm: acme
      client_id: spa
      client_secret: ${S}
      """;

  @Test
  void whatIsWrittenWins() {
    var effective =
        effective(
            GOOD + "scopes: [openid]\nlabel: Ours\nallowed_login_params: null\ntimeout: 3s\n");
    assertThat(effective)
        .contains(
            "scopes: [openid]  # c.yaml:", "label: Ours  # c.yaml:", "timeout: \"3s\"  # c.yaml:")
        .contains("issuer: https://id.example.com/realms/acme  # preset keycloak:")
        .doesNotContain("allowed_login_params");
  }

  @Test
  void anUnknownPresetIsOneFinding() {
    var findings = findings(GOOD.replace("preset: keycloak", "preset: keycloack"));
    assertThat(findings)
        .contains("error[bad-choice]: 'keycloack' is not one of", "did you mean 'keycloak'?")
        .doesNotContain("missing-key");
  }

  @Test
  void parametersThatAreMissingWrongOrOfAnotherPresetAreNamed() {
    assertThat(findings(GOOD.replace("realm: acme\n", "")))
        .contains("'providers.main.realm' is missing: the preset needs it", "like realm: acme")
        .doesNotContain("issuer");
    assertThat(findings(GOOD.replace("realm: acme", "realm: a/b?c")))
        .contains("error[bad-value]: 'a/b?c'")
        .doesNotContain("issuer");
    assertThat(findings(GOOD + "policy: B2C_1_signin\n"))
        .contains("error[unused-parameter]: 'policy' is no parameter of this preset")
        .contains("it has: host, realm");
    assertThat(findings("issuer: https://id.test\nrealm: x\nclient_id: a\nclient_secret: ${S}\n"))
        .contains("error[unused-parameter]: 'realm' needs a preset");
  }

  @Test
  void aTenantIsNeverLeftOpen() {
    assertThat(findings("preset: entra-id-multitenant\nclient_id: spa\nclient_secret: ${S}\n"))
        .contains("error[no-tenants]");
  }

  @Test
  void whatAPresetBringsIsCheckedLikeAnythingElse() {
    assertThat(findings(GOOD + "scopes: [profile]\n")).contains("error[no-openid]");
    assertThat(findings(GOOD.replace("id.example.com", "id.example.com/[")))
        .contains("error[bad-url]", "preset keycloak:");
    assertThat(findings("preset: github\nclient_id: a\nclient_secret: ${S}\ncallback: shared\n"))
        .contains("error[mix-up]");
  }
}
