package dev.cloakroom.edge;

import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.X509KeyManager;

/// The certificate of the public listener and its key, read again whenever the files change. What
/// cannot be used is told once, and the listener goes on with what it has; so a renewal may write
/// one file after the other. Connections that are open keep the certificate they began with.
public final class Certificates {
  private static final int MAX_BYTES = 1 << 20;
  private static final int HANDSHAKE_SECONDS = 10;
  private final ServerSettings.Tls files;
  private final Vertx vertx;
  private final Observer observer;
  private volatile Optional<Content> seen = Optional.empty();
  private volatile boolean checking;

  /// The files' bytes; empty ones where a file cannot be read.
  private record Content(Buffer certificate, Buffer key) {
    @Override
    public String toString() {
      return "Content[hidden]";
    }
  }

  private sealed interface Reading {
    record Unchanged() implements Reading {}

    record Usable(ServerSSLOptions options, Instant expiresAt) implements Reading {}

    record Unusable(String problem) implements Reading {}
  }

  public Certificates(ServerSettings.Tls files, Vertx vertx, Observer observer) {
    this.files = files;
    this.vertx = vertx;
    this.observer = observer;
  }

  /// Reads the files for the first time. Fails when they cannot be used.
  public Future<Void> load() {
    return reading()
        .compose(
            reading ->
                switch (reading) {
                  case Reading.Unchanged _, Reading.Usable _ -> Future.succeededFuture();
                  case Reading.Unusable(var problem) ->
                      Future.failedFuture(new IllegalArgumentException(problem));
                });
  }

  /// Looks whether the files have changed since, and has the server use what they hold now. Called
  /// every now and then, on one event loop.
  void check(HttpServer server) {
    if (!checking) {
      checking = true;
      reading()
          .compose(reading -> use(reading, server))
          .onFailure(fault -> observer.on(new Event.Fault(Optional.empty(), fault)))
          .onComplete(_ -> checking = false);
    }
  }

  private Future<Void> use(Reading reading, HttpServer server) {
    return switch (reading) {
      case Reading.Unchanged _ -> Future.succeededFuture();
      case Reading.Unusable(var problem) -> refused(problem);
      case Reading.Usable(var options, var expiresAt) ->
          server
              .updateSSLOptions(options)
              .onSuccess(
                  _ -> observer.on(new Event.CertificateReloaded(files.certificate(), expiresAt)))
              .<Void>mapEmpty()
              .recover(_ -> refused("the TLS library refuses them"));
    };
  }

  private Future<Void> refused(String problem) {
    observer.on(new Event.CertificateRefused(files.certificate(), problem));
    return Future.succeededFuture();
  }

  private Future<Reading> reading() {
    return vertx.executeBlocking(this::read, false).map(Objects::requireNonNull);
  }

  private Reading read() {
    var content = new Content(bytes(files.certificate()), bytes(files.key()));
    if (seen.filter(content::equals).isPresent()) {
      return new Reading.Unchanged();
    }
    seen = Optional.of(content);
    var certificate = certificate(content.certificate);
    if (certificate.isEmpty()) {
      return new Reading.Unusable("the certificate cannot be read as PEM");
    }
    var certified = certificate.get().getPublicKey();
    var pair = new PemKeyCertOptions().addCertValue(content.certificate).addKeyValue(content.key);
    var key = key(pair, certified);
    if (key.isEmpty()) {
      return new Reading.Unusable("the key cannot be read as PEM (RSA or EC, PKCS#8)");
    }
    return isPair(certified, key.get())
        ? new Reading.Usable(options(pair), certificate.get().getNotAfter().toInstant())
        : new Reading.Unusable("the key is not the certificate's");
  }

  private static ServerSSLOptions options(PemKeyCertOptions pair) {
    var options = new ServerSSLOptions().setKeyCertOptions(pair);
    return options.setUseAlpn(true).setSslHandshakeTimeout(HANDSHAKE_SECONDS);
  }

  private static Buffer bytes(Path file) {
    try (var in = Files.newInputStream(file)) {
      return Buffer.buffer(in.readNBytes(MAX_BYTES));
    } catch (IOException e) {
      return Buffer.buffer(); // not there right now, say while it is replaced
    }
  }

  private static Optional<X509Certificate> certificate(Buffer pem) {
    try {
      var in = new ByteArrayInputStream(pem.getBytes());
      return CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
          .findFirst()
          .map(X509Certificate.class::cast);
    } catch (GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  private Optional<PrivateKey> key(PemKeyCertOptions pair, PublicKey certified) {
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
