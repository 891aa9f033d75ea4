package dev.cloakroom.crypto;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.X509KeyManager;

/// A certificate and its private key, as PEM.
public sealed interface PemKeyPair {
  /// The key is the certificate's.
  ///
  /// @param names the hosts the certificate is for
  /// @param chain the certificate, then what leads to its authority
  record Usable(
      PemKeyCertOptions options,
      Instant expiresAt,
      CertificateNames names,
      List<X509Certificate> chain,
      PrivateKey key)
      implements PemKeyPair {
    public Usable {
      chain = List.copyOf(chain);
    }

    @Override
    public String toString() {
      return "Usable[" + names.hosts() + "]";
    }
  }

  record Unusable(String problem) implements PemKeyPair {}

  /// Looks whether the two can be used together. Takes a while: not for an event loop.
  static PemKeyPair of(Buffer certificate, Buffer key, Vertx vertx) {
    var certificates = certificates(certificate);
    if (certificates.isEmpty()) {
      return new Unusable("the certificate cannot be read as PEM");
    }
    var own = certificates.getFirst();
    var pair = new PemKeyCertOptions().addCertValue(certificate).addKeyValue(key);
    var secret = key(pair, own.getPublicKey(), vertx);
    if (secret.isEmpty()) {
      return new Unusable("the key cannot be read as PEM (RSA or EC, PKCS#8)");
    }
    return isPair(own.getPublicKey(), secret.get())
        ? new Usable(
            pair,
            own.getNotAfter().toInstant(),
            CertificateNames.of(own),
            certificates,
            secret.get())
        : new Unusable("the key is not the certificate's");
  }

  /// The certificates in a PEM file; none where it is something else.
  static List<X509Certificate> certificates(Buffer pem) {
    try {
      var in = new ByteArrayInputStream(pem.getBytes());
      return CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
          .map(X509Certificate.class::cast)
          .toList();
    } catch (GeneralSecurityException e) {
      return List.of();
    }
  }

  private static Optional<PrivateKey> key(
      PemKeyCertOptions pair, PublicKey certified, Vertx vertx) {
    try {
      return Arrays.stream(pair.getKeyManagerFactory(vertx).getKeyManagers())
          .map(X509KeyManager.class::cast)
          .flatMap(
              keys ->
                  Stream.ofNullable(keys.getServerAliases(certified.getAlgorithm(), null))
                      .flatMap(Arrays::stream)
                      .map(keys::getPrivateKey))
          .findFirst();
    } catch (Exception e) { // whatever the parser throws at what is no key
      return Optional.empty();
    }
  }

  private static boolean isPair(PublicKey certified, PrivateKey key) {
    var message = certified.getEncoded();
    try {
      var signer = Signature.getInstance(algorithm(certified));
      signer.initSign(key);
      signer.update(message);
      var verifier = Signature.getInstance(algorithm(certified));
      verifier.initVerify(certified);
      verifier.update(message);
      return verifier.verify(signer.sign());
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static String algorithm(PublicKey certified) {
    return certified.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
  }
}
