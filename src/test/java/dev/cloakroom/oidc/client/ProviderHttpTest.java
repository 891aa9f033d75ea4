package dev.cloakroom.oidc.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.world.Waiting;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.dns.AddressResolverOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.PfxOptions;
import io.vertx.core.net.SelfSignedCertificate;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProviderHttpTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  /// Names that lead to where no provider is.
  private static final String HOSTS =
      """
      127.0.0.1 localhost
      127.0.0.1 id.test
      0.0.0.0 any.test
      169.254.169.254 cloud.test
      fe80::1 link.test
      """;

  private final Vertx vertx =
      Vertx.vertx(
          new VertxOptions()
              .setAddressResolverOptions(
                  new AddressResolverOptions().setHostsValue(Buffer.buffer(HOSTS))));
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger requests = new AtomicInteger();

  @AfterEach
  void closes() {
    Waiting.on(vertx.close());
  }

  private HttpServer serves(HttpServerOptions options) {
    return serves(options, request -> request.response().end("{}"));
  }

  private HttpServer serves(Function<HttpServerRequest, Future<Void>> answer) {
    return serves(new HttpServerOptions(), answer);
  }

  private HttpServer serves(
      HttpServerOptions options, Function<HttpServerRequest, Future<Void>> answer) {
    return Waiting.on(
        vertx
            .createHttpServer(options)
            .connectionHandler(_ -> connections.incrementAndGet())
            .requestHandler(
                request -> {
                  requests.incrementAndGet();
                  var _ = answer.apply(request);
                })
            .listen(0, "0.0.0.0"));
  }

  private Answer get(HttpServer server) {
    return get(
        "http://localhost:" + server.actualPort() + "/?a=%2F&b",
        new AddressRule(false),
        new ClientSSLOptions());
  }

  private Answer get(String url, AddressRule rule, ClientSSLOptions options) {
    var http = new ProviderHttp(vertx, () -> options, rule, TIMEOUT);
    return Waiting.on(http.get(URI.create(url), Map.of()));
  }

  private static Answer failed(Answer.Problem problem) {
    return new Answer.Failed(problem);
  }

  @Test
  @Proves("DISC-04")
  void aNameThatLeadsToAForbiddenAddressIsNeverConnectedTo() {
    int port = serves(new HttpServerOptions()).actualPort();
    var lenient = new AddressRule(true);
    for (var host : List.of("any.test", "cloud.test", "link.test", "0.0.0.0", "169.254.169.254")) {
      assertThat(get("http://" + host + ":" + port + "/", lenient, new ClientSSLOptions()))
          .as(host)
          .isEqualTo(failed(Answer.Problem.ADDRESS_REFUSED));
    }
    assertThat(connections).hasValue(0);
    assertThat(get("http://id.test:" + port + "/", lenient, new ClientSSLOptions()))
        .isInstanceOf(Answer.Received.class);
  }

  @Test
  @Proves("TOK-01")
  void plainHttpLeavesLoopbackOnlyWhereTheConfigurationSaysInsecure() {
    int port = serves(new HttpServerOptions()).actualPort();
    var strict = new AddressRule(false);
    assertThat(get("http://localhost:" + port + "/", strict, new ClientSSLOptions()))
        .isInstanceOf(Answer.Received.class);
    assertThat(get("http://id.test:" + port + "/", strict, new ClientSSLOptions()))
        .isEqualTo(failed(Answer.Problem.ADDRESS_REFUSED));
    assertThat(requests).hasValue(1);
  }

  @Test
  @Proves("TOK-01")
  void theCertificateAndItsHostNameAreChecked() {
    var certificate = SelfSignedCertificate.create("id.test");
    var options =
        new HttpServerOptions().setSsl(true).setKeyCertOptions(certificate.keyCertOptions());
    int port = serves(options).actualPort();
    var trusting = new ClientSSLOptions().setTrustOptions(certificate.trustOptions());
    var strict = new AddressRule(false);
    assertThat(get("https://id.test:" + port + "/", strict, new ClientSSLOptions()))
        .isEqualTo(failed(Answer.Problem.UNREACHABLE)); // self-signed
    assertThat(get("https://localhost:" + port + "/", strict, trusting))
        .isEqualTo(failed(Answer.Problem.UNREACHABLE)); // another host
    assertThat(requests).hasValue(0);
    assertThat(get("https://id.test:" + port + "/", strict, trusting))
        .isInstanceOf(Answer.Received.class);
  }

  @Test
  @Proves("TOK-01")
  void noOptionSwitchesTheChecksOff() {
    var certificate = SelfSignedCertificate.create("id.test");
    var options =
        new HttpServerOptions().setSsl(true).setKeyCertOptions(certificate.keyCertOptions());
    int port = serves(options).actualPort();
    var careless = new ClientSSLOptions().setTrustAll(true).setHostnameVerificationAlgorithm("");
    assertThat(get("https://id.test:" + port + "/", new AddressRule(false), careless))
        .isEqualTo(failed(Answer.Problem.UNREACHABLE));
  }

  @Test
  @Proves("TOK-01")
  void anExpiredCertificateIsRefused(@TempDir Path directory) throws Exception {
    keytool(directory, "-genkeypair -alias ca -dname CN=ca -keyalg EC -ext bc:c");
    keytool(directory, "-exportcert -rfc -alias ca -file ca.pem");
    var leaf = "-genkeypair -dname CN=id.test -keyalg EC -signer ca -ext san=dns:id.test -alias ";
    keytool(directory, leaf + "valid");
    keytool(directory, leaf + "expired -startdate -9d -validity 8");
    var authority = new PemTrustOptions().addCertPath(directory.resolve("ca.pem").toString());
    var trusting = new ClientSSLOptions().setTrustOptions(authority);
    assertThat(get(servesWith(directory, "valid"), new AddressRule(false), trusting))
        .isInstanceOf(Answer.Received.class);
    assertThat(get(servesWith(directory, "expired"), new AddressRule(false), trusting))
        .isEqualTo(failed(Answer.Problem.UNREACHABLE));
    assertThat(requests).hasValue(1);
  }

  private String servesWith(Path directory, String alias) {
    var keys =
        new PfxOptions()
            .setPath(directory.resolve("keys.p12").toString())
            .setPassword("changeit")
            .setAlias(alias)
            .setAliasPassword("changeit");
    var options = new HttpServerOptions().setSsl(true).setKeyCertOptions(keys);
    return "https://id.test:" + serves(options).actualPort() + "/";
  }

  private static void keytool(Path directory, String arguments) throws Exception {
    var tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    var store = " -keystore keys.p12 -storetype PKCS12 -storepass changeit";
    var command = List.of((tool + " " + arguments + store).split(" "));
    var process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("keytool.log").toFile())
            .start();
    assertThat(process.waitFor()).as(arguments).isZero();
  }

  @Test
  @Proves("TOK-05")
  void aBodyOverTheBoundIsCutOffAndItsConnectionClosed() {
    int bound = 1 << 20;
    var whole = serves(request -> request.response().end(Buffer.buffer(new byte[bound])));
    assertThat(get(whole))
        .isInstanceOfSatisfying(
            Answer.Received.class, answer -> assertThat(answer.body()).hasSize(bound));
    var closed = Promise.<Void>promise();
    var endless =
        serves(
            request -> {
              request.connection().closeHandler(_ -> closed.tryComplete());
              return request.response().setChunked(true).write(Buffer.buffer(new byte[bound + 1]));
            });
    assertThat(get(endless)).isEqualTo(failed(Answer.Problem.TOO_LARGE));
    Waiting.on(closed.future());
  }

  @Test
  @Proves("TOK-05")
  void bytesThatKeepComingDoNotMoveTheDeadline() {
    var closed = Promise.<Void>promise();
    var dribbling =
        serves(
            request -> {
              request.connection().closeHandler(_ -> closed.tryComplete());
              var response = request.response().setChunked(true);
              vertx.setPeriodic(20, _ -> response.write(" ").onFailure(_ -> {}));
              return response.write("{");
            });
    var http =
        new ProviderHttp(
            vertx, ClientSSLOptions::new, new AddressRule(false), Duration.ofSeconds(1));
    var url = URI.create("http://localhost:" + dribbling.actualPort() + "/");
    assertThat(Waiting.on(http.get(url, Map.of()))).isEqualTo(failed(Answer.Problem.TIMEOUT));
    Waiting.on(closed.future());
  }

  @Test
  @Proves("TOK-05")
  void halfABodyIsNoAnswer() {
    var breaking =
        serves(
            request ->
                request
                    .response()
                    .putHeader("Content-Length", "9")
                    .write("{}")
                    .compose(_ -> request.connection().close()));
    assertThat(get(breaking)).isEqualTo(failed(Answer.Problem.UNREACHABLE));
  }

  @Test
  @Proves("TOK-04")
  void aRedirectIsAnAnswerLikeAnyOther() {
    var redirecting =
        serves(
            request ->
                request.response().setStatusCode(302).putHeader("Location", "/elsewhere").end());
    assertThat(get(redirecting))
        .isInstanceOfSatisfying(
            Answer.Received.class, answer -> assertThat(answer.status()).isEqualTo(302));
    assertThat(requests).hasValue(1);
  }

  @Test
  void aRequestSaysNoMoreThanItMust() {
    var seen = Promise.<List<String>>promise();
    var listening =
        serves(
            request -> {
              seen.complete(
                  Stream.concat(
                          Stream.of(request.uri()),
                          request.headers().entries().stream().map(Object::toString))
                      .toList());
              return request.response().end();
            });
    assertThat(get(listening)).isInstanceOf(Answer.Received.class);
    assertThat(Waiting.on(seen.future()))
        .containsExactlyInAnyOrder(
            "/?a=%2F&b",
            "User-Agent=Cloakroom",
            "Accept=application/json",
            "host=localhost:" + listening.actualPort());
  }
}
