package dev.cloakroom.world;

import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLPeerUnverifiedException;

/// Servers that speak TLS and ask who calls, but serve those without a certificate, too.
///
/// @param server what they show
/// @param clients who vouches for those that they believe
/// @param outdated whether they know nothing newer than TLS 1.2 with CBC
public record Secured(PemFiles server, PemFiles clients, boolean outdated) {
  public Secured(PemFiles server, PemFiles clients) {
    this(server, clients, false);
  }

  HttpServerOptions options() {
    var options = new HttpServerOptions();
    if (outdated) {
      options
          .setEnabledSecureTransportProtocols(Set.of("TLSv1.2"))
          .addEnabledCipherSuite("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256");
    }
    return options
        .setSsl(true)
        .setClientAuth(ClientAuth.REQUEST)
        .setKeyCertOptions(
            new PemKeyCertOptions()
                .addCertPath(server.certificate().toString())
                .addKeyPath(server.key().toString()))
        .setTrustOptions(new PemTrustOptions().addCertPath(clients.certificate().toString()));
  }

  /// The certificate of whoever is at the other end, where one was shown.
  static Optional<X509Certificate> shown(HttpConnection connection) {
    if (!connection.isSsl()) {
      return Optional.empty();
    }
    try {
      return connection.peerCertificates().stream().findFirst().map(X509Certificate.class::cast);
    } catch (SSLPeerUnverifiedException e) {
      return Optional.empty();
    }
  }

  /// As `x5t#S256` has it.
  static String thumbprint(X509Certificate certificate) {
    try {
      return ProviderKeys.base64(ProviderKeys.sha256(certificate.getEncoded()));
    } catch (CertificateEncodingException e) {
      throw new AssertionError(e);
    }
  }
}
