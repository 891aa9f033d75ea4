package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import dev.cloakroom.world.PemFiles;
import dev.cloakroom.world.Waiting;
import dev.cloakroom.world.World;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.security.cert.CertificateEncodingException;
import java.util.Arrays;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A listener with a certificate for each of its names.
class SeveralCertificatesTest {
  private static final PemFiles SHOP = PemFiles.madeFor("shop.test");
  private static final PemFiles NEXT = PemFiles.madeFor("shop.test");

  private final PemFiles own = PemFiles.made();
  private final PemFiles shop = SHOP.copied();

  @RegisterExtension final World world = new World(config -> config.tls(own, shop));

  private boolean serves(PemFiles files, String name) {
    var trusting =
        new NetClientOptions().setSsl(true).setTrustAll(true).setHostnameVerificationAlgorithm("");
    var client = world.vertx().createNetClient(trusting);
    return Arrays.equals(
        files.der(),
        Waiting.on(
            client
                .connect(world.gateway().port(), "127.0.0.1", name)
                .map(SeveralCertificatesTest::der)
                .onComplete(_ -> client.close())));
  }

  private static byte[] der(NetSocket socket) {
    try {
      return socket.peerCertificates().getFirst().getEncoded();
    } catch (SSLPeerUnverifiedException | CertificateEncodingException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  @Proves("CK-01")
  void aLoginWorksWithBothProtocols() {
    world.alice().logsIn("/orders").fetches("/api/orders").answers(200);
    world.exchanges().preferHttp2();
    world.browser("bob").logsIn("/orders").fetches("/api/orders").answers(200);
    assertThat(world.upstream().last().headers().get("Via")).isEqualTo("2 cloakroom");
  }

  /// Which host is meant says the request, not the handshake.
  @Test
  @Proves("PX-05")
  void aCertificateOpensNoHost() {
    assertThat(serves(SHOP, "shop.test")).isTrue();
    world
        .alice()
        .rawly("GET", "/auth/session", "Host", "shop.test")
        .refuses(421, "misdirected_request");
  }

  @Test
  void eachIsRenewedByItself() {
    assertThat(serves(SHOP, "shop.test")).isTrue();
    assertThat(serves(own, "localhost")).isTrue();
    assertThat(serves(own, "elsewhere.test")).isTrue();
    shop.certificateBecomes(NEXT); // not yet the key
    Waiting.until("a refusal", () -> world.events(Event.CertificateRefused.class).size() == 1);
    assertThat(serves(SHOP, "shop.test")).as("what it had goes on").isTrue();
    shop.keyBecomes(NEXT);
    Waiting.until("the new certificate", () -> serves(NEXT, "shop.test"));
    assertThat(serves(own, "localhost")).isTrue();
    assertThat(world.events(Event.CertificateReloaded.class))
        .singleElement()
        .satisfies(event -> assertThat(event.certificate()).isEqualTo(shop.certificate()));
    var renewed = PemFiles.made();
    own.certificateBecomes(renewed);
    own.keyBecomes(renewed);
    Waiting.until("the other new one", () -> serves(renewed, "localhost"));
    assertThat(serves(NEXT, "shop.test")).isTrue();
  }
}
