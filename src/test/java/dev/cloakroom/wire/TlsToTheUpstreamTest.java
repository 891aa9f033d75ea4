package dev.cloakroom.wire;

import static dev.cloakroom.wire.RouteSketch.route;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.proxy.Forwarded;
import dev.cloakroom.upstream.UpstreamSettings;
import dev.cloakroom.world.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An upstream must be who its certificate says, for requests and upgrades alike.
class TlsToTheUpstreamTest {
  @TempDir Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger requests = new AtomicInteger();

  @AfterEach
  void close() {
    Waiting.on(vertx.close());
  }

  private void keytool(String... arguments) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(Arrays.asList(arguments));
    command.addAll(
        List.of("-keystore", keystore().toString(), "-storepass", "changeit", "-alias", "a"));
    try {
      var process =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private Path keystore() {
    return directory.resolve("keys.p12");
  }

  private Path certificate() {
    return directory.resolve("certificate.pem");
  }

  private URI upstreamFor(String subject) {
    keytool(
        "-genkeypair",
        "-keyalg",
        "EC",
        "-dname",
        "CN=upstream",
        "-ext",
        "san=" + subject,
        "-storetype",
        "PKCS12");
    keytool("-exportcert", "-rfc", "-file", certificate().toString());
    HttpServer server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setSsl(true)
                    .setKeyCertOptions(
                        new PfxOptions().setPath(keystore().toString()).setPassword("changeit")))
            .requestHandler(
                request -> {
                  requests.incrementAndGet();
                  request.response().end("ok");
                });
    Waiting.on(server.listen(0, "127.0.0.1"));
    return URI.create("https://127.0.0.1:" + server.actualPort());
  }

  private static Relay relay(URI upstream, Optional<Path> trusted) {
    return Relay.with(
        new UpstreamSettings(8, 8, Duration.ofSeconds(30), trusted), route("/api/**", upstream));
  }

  private void assertRefused(Relay relay) {
    for (var fields :
        List.of(
            "",
            """
            Upgrade: websocket
            Connection: Upgrade
            Sec-WebSocket-Version: 13
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
            """)) {
      try (var client = relay.client()) {
        client.sends("GET /api/x HTTP/1.1\nHost: a\n" + fields + "\n");
        assertThat(client.answer().status()).isEqualTo(502);
      }
      assertThat(relay.outcome()).isInstanceOf(Forwarded.UnreachableUnanswered.class);
    }
    assertThat(requests).hasValue(0);
  }

  @Test
  @Proves("PX-14")
  void aTrustedUpstreamUnderItsNameIsCalled() {
    try (var relay = relay(upstreamFor("ip:127.0.0.1"), Optional.of(certificate()));
        var client = relay.client()) {
      client.sends("GET /api/x HTTP/1.1\nHost: a\n\n");
      assertThat(client.answer().text()).isEqualTo("ok");
    }
  }

  @Test
  @Proves("PX-14")
  void anUntrustedCertificateIs502() {
    try (var relay = relay(upstreamFor("ip:127.0.0.1"), Optional.empty())) {
      assertRefused(relay);
    }
  }

  @Test
  @Proves("PX-14")
  void anotherNameIs502() {
    try (var relay = relay(upstreamFor("dns:other.example"), Optional.of(certificate()))) {
      assertRefused(relay);
    }
  }
}
