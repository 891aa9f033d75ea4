package dev.cloakroom.crypto;

import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// How the gateway meets others over TLS, as the files say now. What cannot be used is told once,
/// and the gateway goes on with what it has. Safe to use from every event loop.
public final class ClientTls {
  private static final List<String> RECOMMENDED =
      List.of(
          "TLS_AES_256_GCM_SHA384",
          "TLS_AES_128_GCM_SHA256",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");

  private final TlsFiles files;
  private final WatchedFiles watched;
  private final Vertx vertx;
  private final Observer observer;
  private volatile ClientSSLOptions current = verifying();

  private sealed interface Reading {
    record Usable(ClientSSLOptions options, Instant expiresAt) implements Reading {}

    record Unusable(Path file, String problem) implements Reading {}
  }

  ClientTls(TlsFiles files, Vertx vertx, Observer observer) {
    var paths = new ArrayList<Path>();
    files.authorities().ifPresent(paths::add);
    files
        .own()
        .ifPresent(
            pair -> {
              paths.add(pair.certificate());
              paths.add(pair.key());
            });
    this.files = files;
    this.watched = new WatchedFiles(paths, vertx);
    this.vertx = vertx;
    this.observer = observer;
  }

  /// For the next connection; another object as soon as the files have changed.
  public ClientSSLOptions current() {
    return current;
  }

  /// Reads the files for the first time. Fails when they cannot be used.
  Future<Void> load() {
    return watched
        .ifChanged(this::read)
        .compose(reading -> reading.map(this::begin).orElseGet(Future::succeededFuture));
  }

  private Future<Void> begin(Reading reading) {
    return switch (reading) {
      case Reading.Usable(var options, _) -> {
        current = options;
        yield Future.succeededFuture();
      }
      case Reading.Unusable(var file, var problem) ->
          Future.failedFuture(new IllegalArgumentException(file + ": " + problem));
    };
  }

  /// Looks whether the files have changed since.
  Future<Void> check() {
    return watched
        .ifChanged(this::read)
        .onSuccess(reading -> reading.ifPresent(this::use))
        .mapEmpty();
  }

  private void use(Reading reading) {
    switch (reading) {
      case Reading.Usable(var options, var expiresAt) -> {
        current = options;
        observer.on(new Event.CertificateReloaded(name(), expiresAt));
      }
      case Reading.Unusable(var file, var problem) ->
          observer.on(new Event.CertificateRefused(file, problem));
    }
  }

  private Path name() {
    return files.own().map(TlsFiles.KeyPair::certificate).or(files::authorities).orElseThrow();
  }

  private Reading read(List<Buffer> bytes) {
    var options = verifying();
    var expires = Instant.MAX;
    if (files.authorities().isPresent()) {
      var trusted = PemKeyPair.certificates(bytes.getFirst());
      if (trusted.isEmpty()) {
        return new Reading.Unusable(
            files.authorities().get(), "the certificates cannot be read as PEM");
      }
      options.setTrustOptions(new PemTrustOptions().addCertValue(bytes.getFirst()));
      expires = earliest(trusted);
    }
    if (files.own().isEmpty()) {
      return new Reading.Usable(options, expires);
    }
    var last = bytes.size() - 1;
    return switch (PemKeyPair.of(bytes.get(last - 1), bytes.get(last), vertx)) {
      case PemKeyPair.Unusable(var problem) ->
          new Reading.Unusable(files.own().get().certificate(), problem);
      case PemKeyPair.Usable(var pair, var expiresAt, _, _, _) ->
          new Reading.Usable(
              options.setKeyCertOptions(pair), expiresAt.isBefore(expires) ? expiresAt : expires);
    };
  }

  private static Instant earliest(List<X509Certificate> certificates) {
    return certificates.stream()
        .map(certificate -> certificate.getNotAfter().toInstant())
        .min(Instant::compareTo)
        .orElse(Instant.MAX);
  }

  /// The same with what BCP 195 recommends, and nothing else.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc9325#section-4.2 RFC 9325, 4.2
  public static ClientSSLOptions recommended(ClientSSLOptions options) {
    var strict = new ClientSSLOptions(options);
    strict.setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"));
    RECOMMENDED.forEach(strict::addEnabledCipherSuite);
    return strict;
  }

  /// The name in the certificate is always checked.
  public static ClientSSLOptions verifying() {
    return new ClientSSLOptions().setHostnameVerificationAlgorithm("HTTPS");
  }
}
