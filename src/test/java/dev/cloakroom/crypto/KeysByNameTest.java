package dev.cloakroom.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.world.PemFiles;
import dev.cloakroom.world.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.SSLEngineOptions;
import io.vertx.junit5.VertxExtension;
import java.security.cert.CertificateEncodingException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(VertxExtension.class)
class KeysByNameTest {
  private static final PemFiles APP = PemFiles.madeFor("app.test");
  private static final PemFiles SHOP = PemFiles.madeWithRsaFor("shop.test");
  private static final PemFiles ALL = PemFiles.madeFor("*.shop.test");

  static Stream<Named<SSLEngineOptions>> engines() {
    return Stream.of(
        Named.of("the JDK's", new JdkSSLEngineOptions()),
        Named.of("BoringSSL", new OpenSSLEngineOptions()));
  }

  private static PemKeyPair.Usable read(Vertx vertx, PemFiles files) {
    var disk = vertx.fileSystem();
    return (PemKeyPair.Usable)
        PemKeyPair.of(
            disk.readFileBlocking(files.certificate().toString()),
            disk.readFileBlocking(files.key().toString()),
            vertx);
  }

  private static PemFiles shown(Vertx vertx, int port, String name) {
    var trusting =
        new NetClientOptions().setSsl(true).setTrustAll(true).setHostnameVerificationAlgorithm("");
    var client = vertx.createNetClient(trusting);
    var socket =
        name.isEmpty()
            ? client.connect(port, "127.0.0.1")
            : client.connect(port, "127.0.0.1", name);
    var der = Waiting.on(socket.map(KeysByNameTest::der).onComplete(_ -> client.close()));
    return Stream.of(APP, SHOP, ALL)
        .filter(files -> Arrays.equals(files.der(), der))
        .findFirst()
        .orElseThrow();
  }

  private static byte[] der(NetSocket socket) {
    try {
      return socket.peerCertificates().getFirst().getEncoded();
    } catch (SSLPeerUnverifiedException | CertificateEncodingException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aClientGetsTheCertificateForTheNameItAsksFor(SSLEngineOptions engine, Vertx vertx) {
    var pairs = Stream.of(APP, SHOP, ALL).map(files -> read(vertx, files)).toList();
    var options = new NetServerOptions().setSsl(true).setSslEngineOptions(engine);
    options.setKeyCertOptions(KeyCertOptions.wrap(new KeysByName(pairs)));
    var server = vertx.createNetServer(options).connectHandler(_ -> {});
    int port = Waiting.on(server.listen(0, "127.0.0.1")).actualPort();
    assertThat(shown(vertx, port, "app.test")).isSameAs(APP);
    assertThat(shown(vertx, port, "shop.test")).as("another kind of key").isSameAs(SHOP);
    assertThat(shown(vertx, port, "SHOP.test")).isSameAs(SHOP);
    assertThat(shown(vertx, port, "eu.shop.test")).isSameAs(ALL);
    assertThat(shown(vertx, port, "a.eu.shop.test")).as("one label, not two").isSameAs(APP);
    assertThat(shown(vertx, port, "elsewhere.test")).isSameAs(APP);
    assertThat(shown(vertx, port, "")).as("no name").isSameAs(APP);
  }

  @ParameterizedTest
  @CsvSource({
    "shop.test,true",
    "SHOP.TEST,true",
    "eu.shop.test,true",
    "a.eu.shop.test,false",
    "test,false",
    "notshop.test,false",
    "127.0.0.1,true",
    "127.0.0.2,false",
    "10.0.0.1,false",
    "0:0:0:0:0:0:0:1,true",
    "::2,false",
    "'',false"
  })
  void aNameIsCoveredAsBrowsersSeeIt(String host, boolean covered) {
    var names =
        new CertificateNames(
            java.util.Set.of("shop.test", "*.shop.test", "127.0.0.1", "::1", "*.0.0.1"));
    assertThat(names.covers(host)).isEqualTo(covered);
  }

  @Test
  void theCommonNameCountsForNothing(Vertx vertx) {
    var pem = vertx.fileSystem().readFileBlocking(PemFiles.authority().certificate().toString());
    assertThat(CertificateNames.of(pem)).contains(new CertificateNames(java.util.Set.of()));
    assertThat(read(vertx, APP).toString()).isEqualTo("Usable[[app.test]]");
    assertThat(List.of(read(vertx, APP).names().hosts()))
        .containsExactly(java.util.Set.of("app.test"));
  }
}
