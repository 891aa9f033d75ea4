package dev.cloakroom.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.world.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.dns.AddressResolverOptions;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SelfSignedCertificate;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

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
    return Waiting.on(
        vertx
            .createHttpServer(options)
            .connectionHandler(_ -> connections.incrementAndGet())
            .requestHandler(
                request -> {
                  requests.incrementAndGet();
                  var _ = request.response().end("{}");
                })
            .listen(0, "0.0.0.0"));
  }

  private Answer get(String url, AddressRule rule, HttpClientOptions options) {
    var http = new ProviderHttp(vertx, options, rule, TIMEOUT);
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
      assertThat(get("http://" + host + ":" + port + "/", lenient, new HttpClientOptions()))
          .as(host)
          .isEqualTo(failed(Answer.Problem.ADDRESS_REFUSED));
    }
    assertThat(connections).hasValue(0);
    assertThat(get("http://id.test:" + port + "/", lenient, new HttpClientOptions()))
        .isInstanceOf(Answer.Received.class);
  }

  @Test
  @Proves("TOK-01")
  void plainHttpLeavesLoopbackOnlyWhereTheConfigurationSaysInsecure() {
    int port = serves(new HttpServerOptions()).actualPort();
    var strict = new AddressRule(false);
    assertThat(get("http://localhost:" + port + "/", strict, new HttpClientOptions()))
        .isInstanceOf(Answer.Received.class);
    assertThat(get("http://id.test:" + port + "/", strict, new HttpClientOptions()))
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
    var trusting = new HttpClientOptions().setTrustOptions(certificate.trustOptions());
    var strict = new AddressRule(false);
    assertThat(get("https://id.test:" + port + "/", strict, new HttpClientOptions()))
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
    var careless = new HttpClientOptions().setTrustAll(true).setVerifyHost(false);
    assertThat(get("https://id.test:" + port + "/", new AddressRule(false), careless))
        .isEqualTo(failed(Answer.Problem.UNREACHABLE));
  }
}
