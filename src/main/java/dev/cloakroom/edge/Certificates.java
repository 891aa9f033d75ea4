package dev.cloakroom.edge;

import dev.cloakroom.crypto.PemKeyPair;
import dev.cloakroom.crypto.WatchedFiles;
import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.util.List;
import java.util.Optional;

/// The certificate of the public listener and its key, read again whenever the files change. What
/// cannot be used is told once, and the listener goes on with what it has; so a renewal may write
/// one file after the other. Connections that are open keep the certificate they began with.
public final class Certificates {
  private static final int HANDSHAKE_SECONDS = 10;
  private final ServerSettings.Tls files;
  private final WatchedFiles watched;
  private final Vertx vertx;
  private final Observer observer;

  public Certificates(ServerSettings.Tls files, Vertx vertx, Observer observer) {
    this.files = files;
    this.watched = new WatchedFiles(List.of(files.certificate(), files.key()), vertx);
    this.vertx = vertx;
    this.observer = observer;
  }

  /// Reads the files for the first time. Fails when they cannot be used.
  public Future<Void> load() {
    return watched
        .ifChanged(this::read)
        .compose(
            pair ->
                pair.isPresent() && pair.get() instanceof PemKeyPair.Unusable(var problem)
                    ? Future.failedFuture(new IllegalArgumentException(problem))
                    : Future.succeededFuture());
  }

  /// Looks whether the files have changed since, and has the server use what they hold now. Called
  /// every now and then, on one event loop.
  void check(HttpServer server) {
    watched
        .ifChanged(this::read)
        .compose(pair -> pair.map(read -> use(read, server)).orElseGet(Future::succeededFuture))
        .onFailure(fault -> observer.on(new Event.Fault(Optional.empty(), fault)));
  }

  private PemKeyPair read(List<Buffer> bytes) {
    return PemKeyPair.of(bytes.getFirst(), bytes.getLast(), vertx);
  }

  private Future<Void> use(PemKeyPair pair, HttpServer server) {
    return switch (pair) {
      case PemKeyPair.Unusable(var problem) -> refused(problem);
      case PemKeyPair.Usable(var options, var expiresAt) ->
          server
              .updateSSLOptions(options(options))
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

  private static ServerSSLOptions options(PemKeyCertOptions pair) {
    var options = new ServerSSLOptions().setKeyCertOptions(pair);
    return options.setUseAlpn(true).setSslHandshakeTimeout(HANDSHAKE_SECONDS);
  }
}
