package dev.cloakroom.wire;

import static dev.cloakroom.wire.RouteSketch.route;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloakroom.crypto.TlsFiles;
import dev.cloakroom.crypto.TlsWatch;
import dev.cloakroom.house.Case;
import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import dev.cloakroom.proxy.Forwarded;
import dev.cloakroom.upstream.HealthCheck;
import dev.cloakroom.upstream.Monitor;
import dev.cloakroom.upstream.Protocol;
import dev.cloakroom.upstream.Upstream;
import dev.cloakroom.world.EventList;
import dev.cloakroom.world.PemFiles;
import dev.cloakroom.world.TestClock;
import dev.cloakroom.world.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
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
    var route = route("/api/**", upstream);
    return Relay.with(
        trusted.isEmpty() ? route : route.meetsWith(new TlsFiles(trusted, Optional.empty())));
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
  @Case({"T98", "T116"})
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

  // -- an upstream that asks who calls

  private URI upstreamThatKnows(PemFiles own, PemFiles client) {
    var server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setSsl(true)
                    .setClientAuth(ClientAuth.REQUIRED)
                    .setKeyCertOptions(
                        new PemKeyCertOptions()
                            .addCertPath(own.certificate().toString())
                            .addKeyPath(own.key().toString()))
                    .setTrustOptions(
                        new PemTrustOptions().addCertPath(client.certificate().toString())))
            .requestHandler(
                request -> {
                  requests.incrementAndGet();
                  request.response().end("ok");
                });
    Waiting.on(server.listen(0, "127.0.0.1"));
    return URI.create("https://127.0.0.1:" + server.actualPort());
  }

  private static TlsFiles files(PemFiles authority, PemFiles own) {
    return new TlsFiles(
        Optional.of(authority.certificate()),
        Optional.of(new TlsFiles.KeyPair(own.certificate(), own.key())));
  }

  private static int status(Relay relay) {
    try (var client = relay.client().sends("GET /api/x HTTP/1.1\nHost: a\n\n")) {
      return client.answer().status();
    }
  }

  private static void looksAtTheFiles(Relay relay) {
    relay.clock.advance(Duration.ofSeconds(2));
    Waiting.on(relay.checks());
  }

  @Test
  @Proves("PX-14")
  void theGatewayShowsItsCertificateToAnUpstreamThatAsks() {
    var server = PemFiles.made();
    var own = PemFiles.made();
    try (var relay =
        Relay.with(
            route("/api/**", upstreamThatKnows(server, own)).meetsWith(files(server, own)))) {
      assertThat(status(relay)).isEqualTo(200);
    }
  }

  @Test
  @Proves("PX-14")
  void anUpstreamThatKnowsAnotherCertificateRefuses() {
    var server = PemFiles.made();
    var upstream = upstreamThatKnows(server, PemFiles.made());
    try (var stranger =
            Relay.with(route("/api/**", upstream).meetsWith(files(server, PemFiles.made())));
        var nobody = relay(upstream, Optional.of(server.certificate()))) {
      assertThat(status(stranger)).isEqualTo(502);
      assertThat(status(nobody)).isEqualTo(502);
      assertThat(requests).hasValue(0);
    }
  }

  @Test
  @Proves("PX-14")
  void newFilesAreUsedFromTheNextConnectionOn() {
    var server = PemFiles.made();
    var known = PemFiles.made();
    var authority = PemFiles.made();
    var own = PemFiles.made();
    try (var relay =
        Relay.with(
            route("/api/**", upstreamThatKnows(server, known)).meetsWith(files(authority, own)))) {
      assertThat(status(relay)).isEqualTo(502);
      authority.certificateBecomes(server);
      looksAtTheFiles(relay);
      assertThat(relay.events.of(Event.CertificateReloaded.class)).hasSize(1);
      assertThat(status(relay)).isEqualTo(502);
      own.certificateBecomes(known);
      looksAtTheFiles(relay);
      assertThat(relay.events.of(Event.CertificateRefused.class))
          .containsExactly(
              new Event.CertificateRefused(own.certificate(), "the key is not the certificate's"));
      own.keyBecomes(known);
      looksAtTheFiles(relay);
      assertThat(relay.events.of(Event.CertificateReloaded.class)).hasSize(2);
      assertThat(status(relay)).isEqualTo(200);
      own.certificateBecomes("broken");
      authority.certificateBecomes("");
      looksAtTheFiles(relay);
      looksAtTheFiles(relay);
      assertThat(relay.events.of(Event.CertificateRefused.class)).hasSize(2);
      assertThat(status(relay)).isEqualTo(200);
    }
  }

  @Test
  @Proves("PX-14")
  void filesThatCannotBeUsedStopTheStart() {
    var own = PemFiles.made();
    own.certificateBecomes("broken");
    var monitor =
        new Monitor(vertx, new TlsWatch(vertx, new EventList()), new TestClock(), new EventList());
    var upstream =
        new Upstream(
            List.of(URI.create("https://127.0.0.1:1")),
            Protocol.HTTP1,
            Optional.empty(),
            Optional.of(files(PemFiles.made(), own)));
    assertThatThrownBy(() -> Waiting.on(monitor.watch(List.of(upstream))))
        .hasMessage(own.certificate() + ": the certificate cannot be read as PEM");
  }

  @Test
  @Proves({"PX-14", "PX-27"})
  void healthChecksMeetTheUpstreamAsCallsDo() {
    var server = PemFiles.made();
    var own = PemFiles.made();
    var check = new HealthCheck("/healthz", Duration.ofSeconds(10), Duration.ofSeconds(10));
    try (var relay =
        Relay.with(
            route("/api/**", upstreamThatKnows(server, own))
                .meetsWith(files(server, own))
                .checks(check))) {
      for (var i = 0; i < 3; i++) {
        Waiting.on(relay.checks());
        relay.clock.advance(Duration.ofSeconds(10));
      }
      assertThat(requests).hasValue(3);
      assertThat(relay.events.of(Event.UpstreamAway.class)).isEmpty();
    }
  }
}
