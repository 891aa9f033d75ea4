package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloakroom.edge.Certificates;
import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import dev.cloakroom.world.PemFiles;
import dev.cloakroom.world.RawClient;
import dev.cloakroom.world.Waiting;
import dev.cloakroom.world.World;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A gateway that speaks https itself, and its certificate from one renewal to the next.
class TlsTest {
  private static final PemFiles FIRST = PemFiles.made();
  private static final PemFiles NEXT = PemFiles.made();

  private final PemFiles files = FIRST.copied();

  @RegisterExtension final World world = new World(config -> config.tls(files));

  private byte[] servedCertificate() {
    var client =
        world
            .vertx()
            .createNetClient(
                new NetClientOptions()
                    .setSsl(true)
                    .setTrustAll(true)
                    .setHostnameVerificationAlgorithm(""));
    try {
      return Waiting.on(
              client
                  .connect(world.gateway().port(), "127.0.0.1")
                  .map(TlsTest::certificates)
                  .onComplete(_ -> client.close()))
          .getFirst()
          .getEncoded();
    } catch (CertificateEncodingException e) {
      throw new AssertionError(e);
    }
  }

  private static List<Certificate> certificates(NetSocket socket) {
    try {
      return socket.peerCertificates();
    } catch (javax.net.ssl.SSLPeerUnverifiedException e) {
      throw new AssertionError(e);
    }
  }

  private boolean serves(PemFiles pair) {
    return Arrays.equals(servedCertificate(), pair.der());
  }

  private void refuses(int times, String problem) {
    Waiting.until("a refusal", () -> world.events(Event.CertificateRefused.class).size() == times);
    assertThat(world.events(Event.CertificateRefused.class).getLast().problem()).contains(problem);
  }

  @Test
  @Proves({"CK-01", "HDR-03", "FAPI-03"})
  void aLoginWorksOverHttps() {
    var alice = world.alice().logsIn("/orders");
    assertThat(world.url()).startsWith("https://");
    var cookie = alice.session().orElseThrow();
    assertThat(cookie.name()).startsWith("__Host-");
    assertThat(alice.jar().everSet()).allMatch(set -> set.has("secure"));
    assertThat(alice.jar().rejected()).isEmpty();
    var answer = alice.fetches("/api/orders").answers(200);
    assertThat(answer.header("Strict-Transport-Security")).isEqualTo("max-age=31536000");
    assertThat(world.upstream().last().headers().get("X-Forwarded-Proto")).isEqualTo("https");
    alice.logsOut();
    assertThat(alice.isLoggedIn()).isFalse();
  }

  @Test
  void plainHttpGetsNoAnswer() {
    try (var client = RawClient.to(world.gateway().port())) {
      client.sends("GET / HTTP/1.1\nHost: localhost\n\n");
      assertThat(client.readsToTheEnd()).doesNotContain("HTTP/");
    }
  }

  @Test
  void aRenewedCertificateIsServedAndABadOneIsNot() {
    assertThat(serves(files)).isTrue();
    files.certificateBecomes(NEXT); // not yet the key
    refuses(1, "the key is not the certificate's");
    assertThat(serves(NEXT)).isFalse();
    files.keyBecomes(NEXT);
    Waiting.until("the new certificate", () -> serves(NEXT));
    assertThat(world.events(Event.CertificateReloaded.class))
        .singleElement()
        .satisfies(event -> assertThat(event.expiresAt()).isNotNull());
    files.certificateBecomes("-----BEGIN CERTIFICATE-----\nnone\n");
    refuses(2, "cannot be read");
    assertThat(serves(NEXT)).as("the last good one goes on").isTrue();
  }

  @Test
  void aPairThatIsNoneDoesNotStart() {
    files.keyBecomes(NEXT);
    var certificates = new Certificates(files.settings(), world.vertx(), _ -> {});
    assertThatThrownBy(() -> Waiting.on(certificates.load()))
        .hasMessageContaining("the key is not the certificate's");
  }
}
