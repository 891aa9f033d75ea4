package dev.cloakroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.cli.line.Screen;
import dev.cloakroom.cli.registration.Client;
import dev.cloakroom.cli.registration.ClientFolder;
import dev.cloakroom.config.text.Environment;
import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.crypto.SealedText;
import dev.cloakroom.crypto.Secret;
import dev.cloakroom.world.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What was registered is read, changed and deleted, and nothing the provider gives on the way is
/// lost.
class RegistrationTest {
  private static final String KEY = "A".repeat(43) + "=";

  @SuppressWarnings("FieldCanBeFinal") // JUnit fills it
  @TempDir
  private Path folder = Path.of("");

  private final Vertx vertx = Vertx.vertx();
  private final List<String> methods = new CopyOnWriteArrayList<>();
  private final List<JsonObject> put = new CopyOnWriteArrayList<>();
  private final AtomicInteger rotations = new AtomicInteger();
  private volatile int status = 200;
  private volatile boolean rotates;
  private volatile UnaryOperator<JsonObject> answers = UnaryOperator.identity();
  private volatile JsonObject known =
      new JsonObject()
          .put("client_id", "client-7")
          .put("redirect_uris", JsonArray.of("https://app.example.com/auth/callback"))
          .put("contacts", JsonArray.of("ops@example.com"))
          .put("client_id_issued_at", 7);
  private final HttpServer server = vertx.createHttpServer().requestHandler(this::asked);

  private void asked(HttpServerRequest request) {
    methods.add(request.method().name());
    request.body().onSuccess(body -> answer(request, body.length() == 0 ? "{}" : body.toString()));
  }

  private void answer(HttpServerRequest request, String body) {
    var response = request.response();
    boolean knows =
        Objects.equals(request.getHeader("Authorization"), "Bearer " + rotated("token-1"));
    if (!knows || status != 200) {
      response.setStatusCode(knows ? status : 401).end("{\"error\":\"invalid_token\"}");
      return;
    }
    if (request.method().equals(HttpMethod.DELETE)) {
      response.setStatusCode(204).end();
      return;
    }
    if (request.method().equals(HttpMethod.PUT)) {
      known = new JsonObject(body);
      put.add(known.copy());
    }
    if (rotates) {
      rotations.incrementAndGet();
    }
    response.end(
        answers
            .apply(
                known
                    .copy()
                    .put("client_secret", rotated("secret-1"))
                    .put("client_secret_expires_at", 0)
                    .put("registration_client_uri", address())
                    .put("registration_access_token", rotated("token-1")))
            .encode());
  }

  private String rotated(String first) {
    return first + "+".repeat(rotations.get());
  }

  private String address() {
    return "http://127.0.0.1:" + server.actualPort() + "/register/client-7";
  }

  private ClientFolder place() {
    return new ClientFolder(
        folder.resolve("main"), new SealedText(Secret.of(KEY), Entropy.secure()));
  }

  @BeforeEach
  void isRegistered() throws IOException {
    Waiting.on(server.listen(0, "127.0.0.1"));
    var place = place();
    place.begin();
    place.keep(
        new Client(
            "client-7",
            Secret.of("secret-1"),
            Optional.empty(),
            Optional.of(new Client.Management(address(), Secret.of("token-1")))));
  }

  @AfterEach
  void closes() {
    Waiting.on(vertx.close());
  }

  private final StringWriter said = new StringWriter();

  private int commands(String... words) {
    var environment =
        new Environment() {
          @Override
          public Optional<String> variable(String name) {
            return name.equals(SealedText.KEY) ? Optional.of(KEY) : Optional.empty();
          }

          @Override
          public String read(Path file) throws IOException {
            throw new IOException("nothing is read");
          }

          @Override
          public boolean isFile(Path file) {
            return false;
          }

          @Override
          public boolean isDirectory(Path directory) {
            return false;
          }
        };
    var all =
        new ArrayList<>(List.of("registration", "--directory", folder.resolve("main").toString()));
    all.addAll(List.of(words));
    var screen = new Screen(new PrintWriter(said), new PrintWriter(said));
    int code = Main.run(screen, List.of(new RegistrationCommand(environment)), all);
    assertThat(said.toString()).doesNotContain("secret-1", "token-1");
    return code;
  }

  private int updates() {
    return commands("--update", "--public-url", "https://shop.example.com");
  }

  private void holds(String wantedSecret, String wantedToken) throws IOException {
    var held = place().held().orElseThrow();
    assertThat(held.secret().reveal()).isEqualTo(wantedSecret);
    assertThat(held.management().orElseThrow().token().reveal()).isEqualTo(wantedToken);
    assertThat(held.management().orElseThrow().uri()).isEqualTo(address());
  }

  private void holdsNothingElse() throws IOException {
    try (var files = Files.list(folder.resolve("main"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "client_id", "client_secret", "registration_client_uri", "registration_access_token");
    }
  }

  @Test
  void itSaysWhatIsRegisteredAndKeepsAllUnderSeal() throws IOException {
    assertThat(commands("--read")).isZero();
    assertThat(said.toString()).contains("client-7", "https://app.example.com/auth/callback");
    assertThat(methods).containsExactly("GET");
    holds("secret-1", "token-1");
    holdsNothingElse();
    var address = folder.resolve("main/registration_client_uri");
    assertThat(Files.readString(address)).doesNotContain("http");
    Files.writeString(address, "http://127.0.0.1:1/");
    assertThat(commands("--read")).as("an address nobody sealed gets no token").isEqualTo(1);
    assertThat(methods).hasSize(1);
  }

  @Test
  void anUpdateSendsAllThatIsRegisteredAsItIsToBe() throws IOException {
    assertThat(updates()).isZero();
    assertThat(methods).containsExactly("GET", "PUT");
    var sent = put.getFirst();
    assertThat(sent.getString("client_id")).isEqualTo("client-7");
    assertThat(sent.getString("client_secret")).isEqualTo("secret-1");
    assertThat(sent.getJsonArray("contacts")).as("what it had").containsExactly("ops@example.com");
    assertThat(sent.getJsonArray("redirect_uris"))
        .containsExactly("https://shop.example.com/auth/callback");
    assertThat(sent.fieldNames())
        .doesNotContain(
            "registration_access_token",
            "registration_client_uri",
            "client_secret_expires_at",
            "client_id_issued_at");
    assertThat(said.toString()).doesNotContain("start the gateway anew");
  }

  /// Each answer brings another token, and only the last one is good.
  @Test
  void whatEachAnswerBringsIsKeptBeforeTheNextQuestion() throws IOException {
    rotates = true;
    assertThat(updates()).isZero();
    assertThat(methods).containsExactly("GET", "PUT");
    holds("secret-1++", "token-1++");
    holdsNothingElse();
    assertThat(said.toString()).contains("start the gateway anew");
    assertThat(commands("--read")).isZero();
    holds("secret-1+++", "token-1+++");
  }

  private static JsonObject barring(Path place, JsonObject body) {
    try {
      var _ = Files.createDirectories(place.resolve("in-the-way"));
      return body;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatCannotBeWrittenIsNotLost() throws IOException {
    rotates = true;
    var next = folder.resolve("main/registration.next");
    answers = body -> barring(next, body);
    assertThat(commands("--read")).isEqualTo(1);
    answers = UnaryOperator.identity();
    var line = said.toString().strip().lines().reduce((_, last) -> last).orElseThrow();
    Files.delete(next.resolve("in-the-way"));
    Files.delete(next);
    holds("secret-1", "token-1");
    assertThat(commands("--read")).as("the old token is worth nothing").isEqualTo(1);
    Files.writeString(next, line + "\n");
    holds("secret-1+", "token-1+");
    holdsNothingElse();
    assertThat(commands("--read")).isZero();
  }

  @Test
  void withoutRoomNobodyIsAsked() throws IOException {
    Files.createDirectories(folder.resolve("main/.registration.room/in-the-way"));
    assertThat(commands("--read")).isEqualTo(1);
    assertThat(methods).isEmpty();
  }

  @Test
  void aClientThatBecameAnotherIsSaidAndItsTokenKept() throws IOException {
    rotates = true;
    answers = body -> body.put("redirect_uris", JsonArray.of("https://evil.test/cb"));
    assertThat(updates()).isEqualTo(1);
    assertThat(said.toString()).contains("other redirect_uris");
    holds("secret-1++", "token-1++");
    answers = body -> body.put("client_id", "client-8");
    assertThat(commands("--read")).isEqualTo(1);
    assertThat(said.toString()).contains("not about this client");
    holds("secret-1++", "token-1++");
  }

  @ParameterizedTest
  @CsvSource({"401,", "403,", "405,", "404,", "500,--read", "503,--read"})
  void aClientThatIsNotDeletedStays(int answer, String hint) throws IOException {
    status = answer;
    assertThat(commands("--delete")).isEqualTo(1);
    assertThat(said.toString()).contains("not done: the provider answered " + answer);
    assertThat(said.toString().contains("--read")).isEqualTo(hint != null);
    holds("secret-1", "token-1");
    holdsNothingElse();
  }

  @Test
  void aDeletedClientLeavesNothing() {
    assertThat(commands("--delete")).isZero();
    assertThat(methods).containsExactly("DELETE");
    assertThat(folder).isEmptyDirectory();
    assertThat(commands("--read")).as("it is gone").isEqualTo(1);
    assertThat(methods).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--read --delete", "--update", "--update --public-url x"})
  void anOrderIsOneAndWhole(String words) {
    assertThat(commands(words.isEmpty() ? new String[0] : words.split(" "))).isEqualTo(2);
    assertThat(methods).isEmpty();
  }
}
