package dev.cloakroom.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.config.shape.JsonSchema;
import dev.cloakroom.config.text.Findings;
import dev.cloakroom.config.text.Source;
import dev.cloakroom.config.text.Value;
import dev.cloakroom.config.text.YamlReader;
import dev.cloakroom.house.Proves;
import dev.cloakroom.world.TestKeys;
import dev.harrel.jsonschema.ValidatorFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is made from the descriptors and checked in: schema, example files, the README's table.
/// `-Dcloakroom.rewrite=true` writes them anew.
class PapersTest {
  private static final Path FOLDER = Path.of("config");
  private static final Path README = Path.of("README.md");
  private static final String BEGIN = "<!-- reference:begin -->";
  private static final String END = "<!-- reference:end -->";

  @Test
  void theSchemaOnPaperIsTheSchema() throws IOException {
    same(FOLDER.resolve("cloakroom.schema.json"), Reference.schema());
  }

  @Test
  void theExampleOnPaperIsTheExample() throws IOException {
    same(FOLDER.resolve("cloakroom.example.yaml"), Reference.example());
  }

  @Test
  void theMinimalFileOnPaperIsWhatInitWrites() throws IOException {
    same(FOLDER.resolve("cloakroom.minimal.yaml"), StartingFile.minimal());
  }

  @Test
  void theReadmeHoldsTheReferenceTable() throws IOException {
    if (!Files.exists(README)) {
      return; // There is nothing that could have drifted.
    }
    var readme = Files.readString(README);
    assertThat(readme).contains(BEGIN, END);
    int from = readme.indexOf(BEGIN) + BEGIN.length();
    int to = readme.indexOf(END);
    var table = "\n" + Reference.markdown();
    if (Boolean.getBoolean("cloakroom.rewrite")) {
      Files.writeString(README, readme.substring(0, from) + table + readme.substring(to));
    } else {
      assertThat(readme.substring(from, to)).isEqualTo(table);
    }
  }

  @Test
  void everyYamlBlockOfTheReadmeLoads() throws IOException {
    if (!Files.exists(README)) {
      return; // There is no block that could be wrong.
    }
    var blocks =
        Pattern.compile("(?ms)^ *```yaml\n(.*?)^ *```$")
            .matcher(Files.readString(README))
            .results()
            .map(block -> block.group(1).stripTrailing().stripIndent() + "\n")
            .toList();
    assertThat(blocks).as("the README's yaml blocks").isNotEmpty();
    for (var block : blocks) {
      assertThat(load(block)).as(block).isInstanceOf(Loaded.Ready.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cloakroom.example.yaml", "cloakroom.minimal.yaml"})
  void theFilesOnPaperLoadWithoutAnyFinding(String name) throws IOException {
    var loaded = load(Files.readString(FOLDER.resolve(name)));
    assertThat(loaded.findings()).isEmpty();
    assertThat(loaded).isInstanceOf(Loaded.Ready.class);
  }

  /// A whole file loads alone; a part is laid on top of the smallest one.
  private static Loaded load(String yaml) {
    var environment =
        new PaperEnvironment()
            .withAnyDirectory()
            .variable("CLIENT_SECRET", "hush")
            .variable("CLOAKROOM_CLIENT_SECRET", "hush")
            .file("tls/shop.crt", "")
            .file("tls/shop.key", "")
            .file("tls/office.crt", "")
            .file("tls/office.key", "")
            .file("/run/secrets/client_secret", "hush\n")
            .file("/run/secrets/management_token", "hush\n")
            .file("/run/secrets/verify_secret", "hush".repeat(8) + "\n")
            .file("/run/secrets/apple.p8", TestKeys.pem(TestKeys.made("EC", 256)))
            .file("/run/secrets/signing_key.pem", TestKeys.pem(TestKeys.made("EC", 256)))
            .file("/run/secrets/session_key", "A".repeat(43) + "=\n")
            .file("/run/secrets/redis_password", "hush\n")
            .file("tls/server.crt", "")
            .file("tls/server.key", "")
            .file("tls/ca.crt", "")
            .file("tls/provider-ca.crt", "")
            .file("tls/client.crt", "")
            .file("tls/client.key", "")
            .file("base.yaml", StartingFile.minimal())
            .file("block.yaml", yaml);
    boolean whole = Pattern.compile("(?m)^version:").matcher(yaml).find();
    var files =
        whole
            ? List.of(Path.of("block.yaml"))
            : List.of(Path.of("base.yaml"), Path.of("block.yaml"));
    return ConfigLoader.load(files, environment);
  }

  private static void same(Path paper, String made) throws IOException {
    if (Boolean.getBoolean("cloakroom.rewrite")) {
      Files.writeString(paper, made);
    }
    assertThat(Files.readString(paper)).isEqualTo(made);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          true;  server.port;              9000
          true;  server.port;              ${PORT}
          false; server.port;              "9000"
          false; server.port;              70000
          false; server.prot;              9000
          false; server.public_url;        ftp://app.example.com
          true;  session.idle_timeout;     45m
          false; session.idle_timeout;     45 minutes
          false; session.idle_timeout;     45
          false; session.store;            nowhere
          true;  session.max_per_user;     none
          true;  session.max_per_user;     3
          false; session.max_per_user;     many
          true;  server.limits.body;       10MiB
          false; server.limits.body;       10MB
          true;  session.cookie.persistent; true
          false; session.cookie.persistent; yes
          false; session.cookie.same_site; none
          true;  auth.allowed_origins;     https://admin.example.com
          true;  logging.format;           json
          false; front_ends.shop.providers; main
          false; front_ends.Shop.providers; main
          false; front_ends.shop.host;      shop.example.com
          """)
  @Proves("OPS-01")
  void theSchemaAndTheBinderAgree(boolean good, String path, String value) {
    var yaml = new StringBuilder();
    var keys = path.split("\\.", -1);
    for (int i = 0; i < keys.length - 1; i++) {
      yaml.append("  ".repeat(i)).append(keys[i]).append(":\n");
    }
    yaml.append("  ".repeat(keys.length - 1))
        .append(keys[keys.length - 1])
        .append(": ")
        .append(value);
    var environment =
        new PaperEnvironment()
            .withAnyDirectory()
            .variable("PORT", "9001")
            .file("/run/secrets/client_secret", "hush\n")
            .file("base.yaml", StartingFile.minimal())
            .file("more.yaml", yaml.toString());
    var loaded =
        ConfigLoader.load(List.of(Path.of("base.yaml"), Path.of("more.yaml")), environment);
    assertThat(loaded instanceof Loaded.Ready).as("binder: %s", loaded.findings()).isEqualTo(good);
    assertThat(schemaAccepts(yaml.toString())).as("schema").isEqualTo(good);
  }

  private static boolean schemaAccepts(String more) {
    var findings = new Findings();
    var base = read(StartingFile.minimal(), findings);
    var merged = base.under(read(more, findings));
    var json = JsonSchema.json(merged);
    return new ValidatorFactory().validate(Reference.schema(), String.valueOf(json)).isValid();
  }

  private static Value.Entries read(String yaml, Findings findings) {
    var source = Source.builtIn();
    return (Value.Entries) YamlReader.read(source, yaml, findings).orElseThrow();
  }
}
