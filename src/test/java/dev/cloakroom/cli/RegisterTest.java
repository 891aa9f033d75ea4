package dev.cloakroom.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.cloakroom.cli.line.Screen;
import dev.cloakroom.cli.registration.ClientFolder;
import dev.cloakroom.cli.registration.Installation;
import dev.cloakroom.cli.registration.Registrar;
import dev.cloakroom.config.ConfigLoader;
import dev.cloakroom.config.Loaded;
import dev.cloakroom.config.text.Environment;
import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.crypto.SealedText;
import dev.cloakroom.crypto.Secret;
import dev.cloakroom.house.RpCase;
import dev.cloakroom.oidc.client.ClientAuth;
import dev.cloakroom.world.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.dns.AddressResolverOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// An installation registers itself, and what it is given opens for nobody else.
class RegisterTest {
  private static final String SECRET = "given-by-the-provider";
  private static final String KEY = "A".repeat(43) + "=";
  private static final String OTHER_KEY = "B".repeat(43) + "=";

  @SuppressWarnings("FieldCanBeFinal") // JUnit fills it
  @TempDir
  private Path folder = Path.of("");

  private final Vertx vertx = Vertx.vertx();
  private final List<JsonObject> asked = new CopyOnWriteArrayList<>();
  private final List<String> authorizations = new CopyOnWriteArrayList<>();
  private int status = 201;
  private boolean stalls;
  private UnaryOperator<JsonObject> answers = UnaryOperator.identity();
  private UnaryOperator<JsonObject> metadata = UnaryOperator.identity();
  private final HttpServer server =
      vertx
          .createHttpServer()
          .requestHandler(
              request -> {
                if (stalls) {
                  var _ = request.response().setChunked(true).setStatusCode(200).write("{");
                } else if (Objects.equals(request.path(), "/register")) {
                  authorizations.add(String.valueOf(request.getHeader("Authorization")));
                  request.body().onSuccess(body -> register(request, body.toJsonObject()));
                } else {
                  var document =
                      new JsonObject()
                          .put("issuer", issuer().toString())
                          .put("registration_endpoint", issuer() + "/register");
                  var _ = request.response().end(metadata.apply(document).encode());
                }
              });

  private void register(HttpServerRequest request, JsonObject wanted) {
    asked.add(wanted);
    var answer =
        wanted
            .copy()
            .put("client_id", "client-7")
            .put("client_secret", SECRET)
            .put("client_secret_expires_at", 0)
            .put("registration_client_uri", issuer() + "/register/client-7")
            .put("registration_access_token", "management-token");
    var _ = request.response().setStatusCode(status).end(answers.apply(answer).encode());
  }

  private URI issuer() {
    return URI.create("http://127.0.0.1:" + server.actualPort());
  }

  @BeforeEach
  void listens() {
    Waiting.on(server.listen(0, "127.0.0.1"));
  }

  @AfterEach
  void closes() {
    Waiting.on(vertx.close());
  }

  private static final Installation INSTALLATION =
      new Installation(
          URI.create("https://app.example.com"), "/auth", "Shop", Optional.of("openid"));

  private static SealedText seal(String key) {
    return new SealedText(Secret.of(key), Entropy.secure());
  }

  private Registrar.Outcome registers() throws InterruptedException {
    var registrar = new Registrar(vertx, false, LONG);
    var desk = (Registrar.Desk.At) registrar.find(issuer());
    return registrar.register(desk, INSTALLATION, Optional.of(Secret.of("initial")));
  }

  private ClientFolder kept() throws IOException, InterruptedException {
    var kept = new ClientFolder(folder.resolve("main"), seal(KEY));
    kept.begin();
    kept.keep(((Registrar.Outcome.Registered) registers()).client());
    return kept;
  }

  @Test
  @RpCase("oidcc-client-test-dynamic-registration")
  void itAsksForAConfidentialClientOfTheCodeFlowAndNoMore() throws InterruptedException {
    var client = ((Registrar.Outcome.Registered) registers()).client();
    assertThat(client.id()).isEqualTo("client-7");
    assertThat(client.toString()).doesNotContain(SECRET, "management-token");
    assertThat(authorizations).containsExactly("Bearer initial");
    var wanted = asked.getFirst();
    assertThat(wanted.getJsonArray("redirect_uris"))
        .containsExactly("https://app.example.com/auth/callback");
    assertThat(wanted.getJsonArray("post_logout_redirect_uris"))
        .containsExactly("https://app.example.com/auth/logout/callback");
    assertThat(wanted.getString("backchannel_logout_uri"))
        .isEqualTo("https://app.example.com/auth/backchannel-logout");
    assertThat(wanted.getJsonArray("grant_types"))
        .containsExactly("authorization_code", "refresh_token");
    assertThat(wanted.getJsonArray("response_types")).containsExactly("code");
    assertThat(wanted.getString("token_endpoint_auth_method")).isEqualTo("client_secret_basic");
  }

  @Test
  void theFolderIsTheOwnersAndHoldsNoSecretInTheClear() throws Exception {
    var kept = kept();
    assertThat(kept.clientId()).contains("client-7");
    assertThat(Files.exists(kept.draft())).isFalse();
    var place = folder.resolve("main");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(place)))
        .isEqualTo("rwx------");
    try (var files = Files.list(place)) {
      assertThat(files)
          .hasSize(4)
          .allSatisfy(
              file -> {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
                assertThat(Files.readString(file)).doesNotContain(SECRET, "management-token");
              });
    }
  }

  @Test
  void whatIsThereIsNeverOverwritten() throws Exception {
    var kept = kept();
    assertThat(catching(kept)).isInstanceOf(FileAlreadyExistsException.class);
    var interrupted = new ClientFolder(folder.resolve("other"), seal(KEY));
    interrupted.begin();
    assertThat(catching(new ClientFolder(folder.resolve("other"), seal(KEY))))
        .as("a draft bars the way until somebody has looked")
        .isInstanceOf(FileAlreadyExistsException.class);
    interrupted.giveUp();
    interrupted.begin();
  }

  private static Throwable catching(ClientFolder taken) {
    return catchThrowable(taken::begin);
  }

  @ParameterizedTest
  @CsvSource({"400,true", "401,true", "403,true", "302,true", "500,false", "503,false"})
  void aRefusalIsToldFromADoubt(int answer, boolean refused) throws InterruptedException {
    status = answer;
    answers = _ -> new JsonObject().put("error", "invalid_client_metadata");
    assertThat(registers() instanceof Registrar.Outcome.Refused).isEqualTo(refused);
    assertThat(registers() instanceof Registrar.Outcome.Doubtful).isEqualTo(!refused);
  }

  @Test
  void aClientThatIsLessThanWasAskedForIsNone() throws InterruptedException {
    for (UnaryOperator<JsonObject> less :
        List.<UnaryOperator<JsonObject>>of(
            body -> body.put("token_endpoint_auth_method", "none"),
            body -> body.put("redirect_uris", JsonArray.of("https://evil.test/cb")),
            body -> body.put("client_secret", ""),
            body -> body.put("client_secret", "a b"),
            body -> body.put("client_id", 7))) {
      answers = less;
      assertThat(registers()).isInstanceOf(Registrar.Outcome.Doubtful.class);
    }
    assertThat(asked).as("and it is not asked for again").hasSize(5);
  }

  @Test
  void nobodyElsesMetadataAndNoOpenAddressAreUsed() throws InterruptedException {
    var registrar = new Registrar(vertx, false, LONG);
    metadata = document -> document.put("issuer", "https://evil.test");
    assertThat(registrar.find(issuer())).isInstanceOf(Registrar.Desk.None.class);
    metadata = document -> document.put("registration_endpoint", "http://169.254.169.254/");
    assertThat(registrar.find(issuer())).isInstanceOf(Registrar.Desk.None.class);
    metadata = document -> document.put("registration_endpoint", "http://id.example.com/r");
    assertThat(registrar.find(issuer())).isInstanceOf(Registrar.Desk.None.class);
    metadata = document -> new JsonObject().put("issuer", document.getString("issuer"));
    assertThat(registrar.find(issuer())).isInstanceOf(Registrar.Desk.None.class);
    assertThat(registrar.find(URI.create("http://id.example.com")))
        .isInstanceOf(Registrar.Desk.None.class);
  }

  private static final Duration LONG = Duration.ofSeconds(15);
  private static final Duration SHORT = Duration.ofMillis(500);

  /// The outer limit is for the case that the inner one does not hold.
  @Test
  @Timeout(20)
  void anAnswerThatBeginsAndNeverEndsIsNotWaitedFor() throws InterruptedException {
    stalls = true;
    var hurried = new Registrar(vertx, false, SHORT);
    assertThat(hurried.find(issuer()))
        .isInstanceOfSatisfying(
            Registrar.Desk.None.class,
            none -> assertThat(none.problem()).contains("cannot be reached"));
    var desk = new Registrar.Desk.At(URI.create(issuer() + "/register"));
    assertThat(hurried.register(desk, INSTALLATION, Optional.empty()))
        .isInstanceOf(Registrar.Outcome.Doubtful.class);
  }

  /// A machine on which a name has one address.
  private static Vertx resolving(String name, String address) {
    return Vertx.vertx(
        new VertxOptions()
            .setAddressResolverOptions(
                new AddressResolverOptions()
                    .setHostsValue(Buffer.buffer(address + " " + name + "\n"))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"169.254.169.254", "fe80::1", "fd00:ec2::254", "100.100.100.200"})
  void aNameWithAForbiddenAddressIsNotAsked(String address) throws InterruptedException {
    var machine = resolving("id.test", address);
    var registrar = new Registrar(machine, true, LONG);
    var byName = "http://id.test:" + server.actualPort();
    assertThat(registrar.find(URI.create(byName)))
        .isInstanceOfSatisfying(
            Registrar.Desk.None.class,
            none -> assertThat(none.problem()).contains("link-local or metadata address"));
    metadata = document -> document.put("registration_endpoint", byName + "/register");
    var desk = (Registrar.Desk.At) registrar.find(issuer());
    assertThat(registrar.register(desk, INSTALLATION, Optional.empty()))
        .isInstanceOfSatisfying(
            Registrar.Outcome.Refused.class,
            refused -> assertThat(refused.problem()).contains("link-local or metadata address"));
    assertThat(asked).isEmpty();
    Waiting.on(machine.close());
  }

  /// Nobody but this resolver knows the name: a second look-up elsewhere would find nothing.
  @Test
  void theConnectionGoesToTheAddressThatWasChecked() throws InterruptedException {
    var machine = resolving("id.test", "127.0.0.1");
    var registrar = new Registrar(machine, true, LONG);
    var byName = "http://id.test:" + server.actualPort();
    metadata =
        document ->
            document.put("issuer", byName).put("registration_endpoint", byName + "/register");
    var desk = (Registrar.Desk.At) registrar.find(URI.create(byName));
    assertThat(registrar.register(desk, INSTALLATION, Optional.empty()))
        .isInstanceOf(Registrar.Outcome.Registered.class);
    Waiting.on(machine.close());
  }

  // -- the configuration

  private Loaded loads(Optional<String> key) throws IOException {
    var file = folder.resolve("cloakroom.yaml");
    Files.writeString(
        file,
        """
        version: 1
        server: {public_url: https://app.example.com}
        providers:
          main:
            issuer: https://id.example.com
            client_id: ${file:main/client_id}
            client_secret: ${sealed:main/client_secret}
        routes: [{path: /api/**, upstream: http://orders}]
        """);
    return ConfigLoader.load(List.of(file), environment(key));
  }

  private static Environment environment(Optional<String> key) {
    var system = Environment.system();
    return new Environment() {
      @Override
      public Optional<String> variable(String name) {
        return name.equals(SealedText.KEY) ? key : Optional.empty();
      }

      @Override
      public String read(Path at) throws IOException {
        return system.read(at);
      }

      @Override
      public boolean isFile(Path at) {
        return system.isFile(at);
      }

      @Override
      public boolean isDirectory(Path directory) {
        return system.isDirectory(directory);
      }
    };
  }

  @Test
  void theConfigurationOpensWhatWasSealed() throws Exception {
    var _ = kept();
    var loaded = loads(Optional.of(KEY));
    assertThat(loaded.findings()).isEmpty();
    var provider = ((Loaded.Ready) loaded).config().frontEnds().getFirst().providers().get("main");
    assertThat(provider).isNotNull();
    assertThat(provider.clientId()).isEqualTo("client-7");
    assertThat(provider.clientAuth())
        .isInstanceOfSatisfying(
            ClientAuth.SecretBasic.class,
            basic -> assertThat(basic.secrets().current().reveal()).isEqualTo(SECRET));
  }

  @Test
  void withoutTheKeyOrWithAnotherItIsAFinding() throws Exception {
    var _ = kept();
    assertThat(codes(loads(Optional.empty()))).containsExactly("sealing-key");
    assertThat(codes(loads(Optional.of("short")))).containsExactly("sealing-key");
    assertThat(codes(loads(Optional.of(OTHER_KEY)))).containsExactly("sealed-file");
    Files.writeString(folder.resolve("main/client_secret"), "plain");
    assertThat(codes(loads(Optional.of(KEY)))).containsExactly("sealed-file");
  }

  @Test
  void aSealedFileOpensOnlyUnderItsNameAndBesideItsClient() throws Exception {
    var _ = kept();
    var secret = folder.resolve("main/client_secret");
    var id = folder.resolve("main/client_id");
    var own = Files.readString(secret);
    Files.writeString(secret, Files.readString(folder.resolve("main/registration_access_token")));
    assertThat(codes(loads(Optional.of(KEY)))).as("another kind").containsExactly("sealed-file");
    Files.writeString(secret, own);
    assertThat(codes(loads(Optional.of(KEY)))).as("where it belongs").isEmpty();
    Files.writeString(id, "client-8\n");
    assertThat(codes(loads(Optional.of(KEY)))).as("another client").containsExactly("sealed-file");
    Files.move(id, folder.resolve("elsewhere"));
    assertThat(codes(loads(Optional.of(KEY)))).as("nobody's").containsOnly("file-unreadable");
  }

  private static List<String> codes(Loaded loaded) {
    return loaded.findings().stream().map(finding -> finding.code()).distinct().toList();
  }

  // -- the command

  @ParameterizedTest
  @ValueSource(strings = {"app.example.com", "ftp://app.example.com"})
  void theCommandTakesOnlyASite(String publicUrl) {
    var out = new StringWriter();
    var arguments =
        new String[] {
          "register",
          "--directory",
          folder.resolve("main").toString(),
          "--issuer",
          issuer().toString(),
          "--public-url",
          publicUrl
        };
    assertThat(Main.run(new PrintWriter(out), new PrintWriter(out), arguments)).isEqualTo(2);
    assertThat(asked).isEmpty();
  }

  private int commands(StringWriter out, Optional<String> key) {
    var screen = new Screen(new PrintWriter(out), new PrintWriter(out));
    return Main.run(
        screen,
        List.of(new RegisterCommand(environment(key))),
        List.of(
            "register",
            "--directory",
            folder.resolve("main").toString(),
            "--issuer",
            issuer().toString(),
            "--public-url",
            "https://app.example.com"));
  }

  @Test
  void theCommandRegistersOnceHoweverOftenItRuns() throws Exception {
    var out = new StringWriter();
    assertThat(commands(out, Optional.of(KEY))).isZero();
    assertThat(out.toString())
        .contains("client-7", "${sealed:" + folder.resolve("main/client_secret") + "}")
        .doesNotContain(SECRET);
    assertThat(commands(out, Optional.of(KEY))).isZero();
    assertThat(asked).hasSize(1);
    assertThat(out.toString()).contains("nobody was asked");
    assertThat(loads(Optional.of(KEY)).findings()).isEmpty();
  }

  @Test
  void afterARefusalItMayBeTriedAgain() {
    status = 401;
    var out = new StringWriter();
    assertThat(commands(out, Optional.of(KEY))).isEqualTo(1);
    assertThat(out.toString()).contains("401");
    assertThat(folder).isEmptyDirectory();
    status = 201;
    assertThat(commands(out, Optional.of(KEY))).isZero();
  }

  @Test
  void afterADoubtSomebodyHasToLook() {
    status = 503;
    var out = new StringWriter();
    assertThat(commands(out, Optional.of(KEY))).isEqualTo(1);
    status = 201;
    assertThat(commands(out, Optional.of(KEY))).isEqualTo(1);
    assertThat(asked).hasSize(1);
    assertThat(out.toString()).contains("look there", ".main.registering");
  }

  @Test
  void theCommandAsksNobodyWithoutAKey() {
    var err = new StringWriter();
    assertThat(commands(err, Optional.empty())).isEqualTo(1);
    assertThat(err.toString()).contains(SealedText.KEY);
    assertThat(asked).isEmpty();
    assertThat(folder).isEmptyDirectory();
  }
}
