package dev.cloakroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.cli.LoopbackGateway.Forward;
import dev.cloakroom.config.ConfigLoader;
import dev.cloakroom.config.Loaded;
import dev.cloakroom.config.Reference;
import dev.cloakroom.config.StartingFile;
import dev.cloakroom.config.text.Environment;
import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  private static final String TAKEN =
      """
      version: 1
      server: {public_url: http://localhost, host: 127.0.0.1, port: 0, management: {port: 0}}
      providers: {main: {issuer: http://127.0.0.1:1, client_id: a, client_secret: b}}
      routes: [{path: /api/**, upstream: http://127.0.0.1:1}]
      """;

  @SuppressWarnings("FieldCanBeFinal") // JUnit fills it
  @TempDir
  private Path folder = Path.of("");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private String good = "";
  private String bad = "";

  private int run(String... arguments) {
    return Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
  }

  @BeforeEach
  void writeFiles() throws IOException {
    Files.writeString(folder.resolve("secret"), "hush-hush\n");
    var yaml =
        StartingFile.minimal()
            .replace(
                "client_secret: ${file:/run/secrets/client_secret}", "client_secret_file: secret")
            .replace("/srv/app", folder.toString());
    good = Files.writeString(folder.resolve("good.yaml"), yaml).toString();
    bad = Files.writeString(folder.resolve("bad.yaml"), yaml.replace("port:", "prot:")).toString();
  }

  @Test
  void aGoodConfigurationPasses() {
    assertThat(run("check", "--config", good)).isZero();
    assertThat(out.toString()).isEqualToIgnoringNewLines("The configuration is valid.");
  }

  @Test
  @Proves("OPS-01")
  void aBadConfigurationIsRefusedWithItsPlace() {
    assertThat(run("check", "--config", bad)).isEqualTo(2);
    assertThat(out.toString())
        .contains(bad + ":7:3: error[unknown-key]: 'prot' is not a key of server")
        .contains("did you mean 'port'?")
        .contains("1 error");
  }

  @Test
  @Proves("OPS-01")
  @Case("T98")
  void aBadConfigurationIsNotRun() {
    assertThat(run("run", "--config", bad)).isEqualTo(2);
    assertThat(err.toString()).contains("error[unknown-key]");
  }

  @Test
  void findingsCanBeReadByMachines() {
    assertThat(run("check", "--format", "json", "--config", bad)).isEqualTo(2);
    var finding = new JsonObject(out.toString()).getJsonArray("findings").getJsonObject(0);
    assertThat(finding.getString("code")).isEqualTo("unknown-key");
    assertThat(finding.getInteger("line")).isEqualTo(7);
  }

  @Test
  void findingsCanBeAnnotations() {
    assertThat(run("check", "--format", "github", "--config", bad)).isEqualTo(2);
    assertThat(out.toString())
        .startsWith("::error file=")
        .contains(",line=7,col=3,title=unknown-key::");
  }

  @Test
  @Proves("OPS-02")
  void theEffectiveConfigurationShowsNoSecret() {
    assertThat(run("config", "--config", good)).isZero();
    assertThat(out.toString()).contains("client_secret: \"***\"").doesNotContain("hush-hush");
  }

  @Test
  void theSchemaIsPrinted() {
    assertThat(run("schema")).isZero();
    assertThat(out).hasToString(Reference.schema());
  }

  @Test
  void aKeyIsFreshAndFits() {
    assertThat(run("keygen")).isZero();
    var first = out.toString().strip();
    assertThat(Base64.getDecoder().decode(first)).hasSize(32);
    assertThat(run("keygen")).isZero();
    assertThat(out.toString().strip().lines()).doesNotHaveDuplicates().hasSize(2);
  }

  @Test
  void initWritesAFileAndNeverOverwritesOne() throws IOException {
    var file = folder.resolve("new.yaml");
    assertThat(run("init", file.toString())).isZero();
    assertThat(file).hasContent(StartingFile.minimal());
    Files.writeString(file, "mine");
    assertThat(run("init", file.toString())).isEqualTo(1);
    assertThat(file).hasContent("mine");
    assertThat(err.toString().lines()).singleElement().asString().contains("is there already");
  }

  @Test
  void initBeginsWithAPresetOrTheUrlOfAnApp() throws IOException {
    var file = folder.resolve("auth0.yaml");
    assertThat(run("init", "--preset", "auth0", file.toString())).isZero();
    assertThat(file).content().contains("preset: auth0", "domain: ", "# audience: ");
    var url = "https://id.test/realms/acme/protocol/openid-connect/auth?client_id=shop";
    assertThat(run("init", "--from-authorize-url", url, "-")).isZero();
    assertThat(out.toString()).contains("preset: keycloak", "realm: \"acme\"", "\"shop\"");
    assertThat(run("init", "--from-authorize-url", url, file.toString())).isEqualTo(1);
    assertThat(file).content().contains("preset: auth0");
  }

  @Test
  void initBeginsWithSeveralFrontEnds() {
    assertThat(run("init", "--preset", "okta", "--front-end=shop", "--front-end=office", "-"))
        .isZero();
    assertThat(out.toString())
        .contains("front_ends:", "  shop:\n", "https://office.example.com", "preset: okta")
        .doesNotContain("app.example.com", "\nroutes:");
    assertThat(run("init", "--front-end", "My Shop", "-")).isEqualTo(2);
    assertThat(err.toString()).contains("'My Shop' is no name");
  }

  @Test
  void initSaysWhatItDoesNotKnow() {
    assertThat(run("init", "--preset", "auth1", "-")).isEqualTo(2);
    assertThat(err.toString()).contains("there is no preset 'auth1'; there are: keycloak,");
    assertThat(run("init", "--from-authorize-url", "id.test", "-")).isEqualTo(2);
    assertThat(err.toString()).contains("this is no authorize URL");
    assertThat(run("init", "--preset", "okta", "--from-authorize-url", "x", "-")).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
    var unknown = "https://login.acme.test/authorize?client_id=shop";
    assertThat(run("init", "--from-authorize-url", unknown, "-")).isZero();
    assertThat(err.toString()).contains("no preset knows https://login.acme.test");
    assertThat(out.toString()).contains("issuer: \"https://login.acme.test\"");
  }

  @Test
  void helpAndVersionAreNoErrors() {
    assertThat(run("--help")).isZero();
    assertThat(run("--version")).isZero();
    assertThat(out.toString()).contains("run", "check", "demo", "dev", "cloakroom ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo",
        "dev",
        "run",
        "check",
        "config",
        "schema",
        "init",
        "keygen",
        "register",
        "health",
        "doctor"
      })
  void helpOfACommandNamesItsOptionsAndFitsATerminal(String command) {
    assertThat(run(command, "--help")).isZero();
    assertThat(out.toString())
        .startsWith("Usage: cloakroom " + command + " [-hV] [--debug]")
        .contains("  -h, --help", "  -V, --version", "      --debug");
    assertThat(out.toString().lines()).allMatch(line -> line.length() <= 80);
    assertThat(run(command, "-V")).isZero();
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void helpSaysWhatAnOptionTakes() {
    assertThat(run("init", "-h")).isZero();
    assertThat(out)
        .hasToString(
            """
            Usage: cloakroom init [-hV] [--debug] [--from-authorize-url=URL] [--preset=P]
                                  [--front-end=NAME]... [FILE]
            Writes a commented starting file. It never overwrites one.
                  [FILE]             Where to; - prints it. Default: cloakroom.yaml.
                  --debug            Show stack traces of unexpected failures.
                  --from-authorize-url=URL
                                     For the provider of this URL, as an app sends browsers
                                       there today; put it in quotes. Azure AD B2C, Entra,
                                       Auth0, Okta, Keycloak, Cognito, Google and GitHub are
                                       known.
                  --front-end=NAME   For several front ends in one gateway: once for each.
              -h, --help             Show this help message and exit.
                  --preset=P         For a provider that is known, such as keycloak,
                                       entra-id, auth0 or github.
              -V, --version          Print version information and exit.
            Exit codes:
              0   written
              1   the file is there already, or cannot be written
              2   usage
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "chekc                                 | Unknown command: 'chekc'                 | check?",
        "chekc --config x                      | Unknown command: 'chekc'                 | check?",
        "init --presett x                      | Unknown option: '--presett'              | --preset?",
        "check -c x --formatt json             | Unknown option: '--formatt'              | --format?",
        "check -c x y --formatt                | Unknown option: '--formatt'              | --format?",
        "check --format --confih=x             | Unknown option: '--confih'               | --config?",
        "check --formatt=json -c x             | Unknown option: '--formatt'              | --format?",
      })
  void aTypoIsAnsweredWithWhatWasMeant(String line, String problem, String meant) {
    assertThat(run(line.split(" "))).isEqualTo(2);
    assertThat(err.toString().lines()).hasSize(2).first().isEqualTo(problem);
    assertThat(err.toString()).contains("Did you mean ", meant + "\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--debug                               | Missing required subcommand",
        "--nonsense run                        | Unknown option: '--nonsense'",
        "run                                   | Missing required option: '--config=FILE'",
        "run -c                                | Missing required parameter for option '--config' (FILE)",
        "run --config --debug                  | Missing required parameter for option '--config' (FILE)",
        "check -- x                            | Unmatched argument: 'x'",
        "check -c x --format json --format text | Option '--format=<format>' should be specified only once",
        "check -c x --format xml               | Invalid value for option '--format': expected one of [TEXT, JSON, GITHUB]",
        "demo --port x                         | Invalid value for option '--port': 'x' is not an int",
        "demo --keycloak=true                  | Option '--keycloak' takes no value",
        "health --url :::                      | Invalid value for option '--url': not a URI",
        "health --url nope                     | --url must be an http URL",
        "check -c x -y                         | Unknown option: '-y'",
        "check -c x -- -y                      | Unmatched argument: '-y'",
        "demo --port -1                        | --port -1 is not a port",
        "demo --port 65536                     | --port 65536 is not a port",
        "init a b                              | Unmatched argument: 'b'",
        "register --issuer x                   | Missing required options: '--directory=DIR', '--public-url=URL'",
      })
  void whatDoesNotFitIsAUsageError(String line, String problem) {
    assertThat(run(line.split(" "))).isEqualTo(2);
    assertThat(err.toString()).startsWith(problem).contains("\n").doesNotContain("\tat ");
    assertThat(out.toString()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "init ''                               | The path for FILE is empty",
        "check --config ''                     | The path for --config is empty",
        "check --config= --format json         | The path for --config is empty",
        "check -c x ''                         | The path for --config is empty",
        "run --config ''                       | The path for --config is empty",
        "health --config ''                    | The path for --config is empty",
        "registration --read --directory ''    | The path for --directory is empty",
      })
  void anEmptyPathIsNamedAndTheWayOutToo(String line, String problem) {
    var words = Stream.of(line.split(" ")).map(word -> word.replace("''", ""));
    assertThat(run(words.toArray(String[]::new))).isEqualTo(2);
    assertThat(err.toString().lines())
        .containsExactly(problem, "Name one. A variable that is not set is empty.");
    assertThat(out.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "register --initial-access-token=hush-hush",
        "register --initial-access-token-file f --initial-access-token=hush-hush",
        "register --issuer https://u:hush-hush@[x --directory d --public-url https://a",
        "check -c x -phush-hush",
        "keygen --key=hush-hush",
        "health --url http://u:hush-hush@[x",
        "health --url http://u:hush-hush@127.0.0.1:1/?token=hush-hush",
        "init --from-authorize-url https://id.test/a?client_secret=hush-hush -",
      })
  @Proves("OPS-02")
  void noErrorRepeatsWhatMayBeASecret(String line) {
    assertThat(run(line.split(" "))).isNotZero();
    assertThat(err.toString()).isNotEmpty().doesNotContain("hush-hush");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void optionsAreWrittenInAnyOfTheUsualWays() {
    assertThat(run("check", "--config=" + good, "--format=JSON")).isZero();
    assertThat(run("check", "-c" + good)).isZero();
    assertThat(run("--debug", "check", "-c", good, good)).isZero();
    assertThat(run("check", "-c", good, "--format", "text", "-c", good, "--debug")).isZero();
    assertThat(run("check", "-c", good, bad)).isEqualTo(2);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void healthSaysWhenNobodyAnswers() throws IOException {
    int port;
    try (var socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    assertThat(run("health", "--url", "http://127.0.0.1:" + port + "/readyz")).isEqualTo(1);
    assertThat(err.toString()).contains("does not answer");
  }

  @ParameterizedTest
  @CsvSource({
    "v20.18.3, false",
    "v20.19.0, true",
    "v20.20.2, true",
    "v21.7.0, false",
    "v22.11.0, false",
    "v22.12.0, true",
    "v24.1.0, true",
    "v18.20.0, false",
    "nonsense, false"
  })
  void theDemoKnowsWhichNodeIsRecent(String version, boolean recent) {
    assertThat(Workshop.isRecent(version)).isEqualTo(recent);
  }

  @Test
  void theDemoTakesAnotherPortWhenOneIsInUse() throws Exception {
    try (var taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
      assertThat(LoopbackGateway.free(taken.getLocalPort())).isNotEqualTo(taken.getLocalPort());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {" port", "{port"})
  void runSaysWhichAddressIsInUse(String which) throws IOException {
    try (var taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      var file =
          Files.writeString(
              folder.resolve("taken.yaml"), TAKEN.replace(which + ": 0", which + ": " + port));
      assertThat(run("run", "--config", file.toString())).isEqualTo(1);
      assertThat(err.toString())
          .contains("cannot listen on 127.0.0.1:" + port + ": ")
          .doesNotContain("\tat ");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "--route, /api, is not like /api/**=http://localhost:3000",
    "--route, api/**=http://localhost:3000, api/**",
    "--route, /api/**=localhost:3000, localhost:3000",
    "--route, /auth/**=http://localhost:3000, /auth",
    "--dev-server, http://app.example.com:5173, must be on this machine",
    "--dev-server, localhost:5173, localhost:5173",
    "--port, 70000, 70000",
  })
  void devRefusesAWrongArgumentInOneLine(String option, String value, String says) {
    assertThat(run("dev", option, value)).isEqualTo(2);
    assertThat(err.toString().lines()).singleElement().asString().contains(says);
  }

  @Test
  void theSettingsOfDevHaveNoFindings() throws Exception {
    var forwards =
        List.of(
            new Forward("/api/**", "http://localhost:3000"),
            new Forward("/files/**", "http://127.0.0.1:3001/base"));
    var yaml = DevCommand.settings(8080, 18181, "http://localhost:5173", forwards).yaml();
    Files.writeString(folder.resolve("client_secret"), "hush-hush");
    var file = Files.writeString(folder.resolve("dev.yaml"), yaml);
    var loaded = ConfigLoader.load(List.of(file), Environment.system());
    assertThat(loaded.findings()).isEmpty();
    assertThat(loaded).isInstanceOf(Loaded.Ready.class);
    assertThat(((Loaded.Ready) loaded).effective())
        .contains("http://localhost:5173", "http://localhost:3000", "http://127.0.0.1:3001/base");
  }

  @Test
  void whatDevIsGivenStaysAValueInItsSettings() throws Exception {
    var forwards = List.of(new Forward("/api/**", "${HOME}\nversion: 2 # \""));
    var yaml = DevCommand.settings(8080, 18181, "http://localhost:5173", forwards).yaml();
    assertThat(yaml.lines())
        .contains("    upstream: \"$${HOME}\\nversion: 2 # \\\"\"")
        .doesNotContain("version: 2");
  }
}
