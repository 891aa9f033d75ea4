package dev.cloakroom.edge;

import dev.cloakroom.crypto.KeysByName;
import dev.cloakroom.crypto.PemKeyPair;
import dev.cloakroom.crypto.TlsFiles;
import dev.cloakroom.crypto.WatchedFiles;
import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The certificates of the public listener and their keys, read again whenever the files change.
/// What cannot be used is told once, and the listener goes on with what it has; so a renewal may
/// write one file after the other. Connections that are open keep the certificate they began with.
public final class Certificates {
  private static final int HANDSHAKE_SECONDS = 10;
  private final List<Pair> pairs;
  private final Vertx vertx;
  private final Observer observer;

  public Certificates(ServerSettings.Tls files, Vertx vertx, Observer observer) {
    this.pairs =
        Stream.concat(Stream.of(files.own()), files.further().stream())
            .map(pair -> new Pair(pair, vertx))
            .toList();
    this.vertx = vertx;
    this.observer = observer;
  }

  /// Two files, and what they held when they could be used.
  private static final class Pair {
    private final TlsFiles.KeyPair files;
    private final WatchedFiles watched;
    private volatile PemKeyPair.@Nullable Usable held;

    Pair(TlsFiles.KeyPair files, Vertx vertx) {
      this.files = files;
      this.watched = new WatchedFiles(List.of(files.certificate(), files.key()), vertx);
    }

    PemKeyPair.Usable held() {
      return Objects.requireNonNull(held, "read before it is used");
    }
  }

  /// What a pair's files hold now.
  private record Renewal(Pair pair, PemKeyPair.Usable now) {}

  /// Reads the files for the first time. Fails when they cannot be used.
  public Future<Void> load() {
    return Future.all(pairs.stream().map(this::load).toList()).mapEmpty();
  }

  private Future<Void> load(Pair pair) {
    return pair.watched
        .ifChanged(this::read)
        .compose(
            read ->
                switch (read.orElseThrow()) {
                  case PemKeyPair.Unusable(var problem) ->
                      Future.failedFuture(
                          new IllegalArgumentException(pair.files.certificate() + ": " + problem));
                  case PemKeyPair.Usable usable -> {
                    pair.held = usable;
                    yield Future.succeededFuture();
                  }
                });
  }

  /// What the listener begins with. Only after [#load].
  public KeyCertOptions keys() {
    return keys(pairs.stream().map(Pair::held).toList());
  }

  private static KeyCertOptions keys(List<PemKeyPair.Usable> held) {
    return held.size() == 1 ? held.getFirst().options() : KeyCertOptions.wrap(new KeysByName(held));
  }

  /// Looks whether the files have changed since, and has the server use what they hold now. Called
  /// every now and then, on one event loop.
  void check(HttpServer server) {
    var renewals = new ArrayList<Renewal>();
    Future.join(pairs.stream().map(pair -> look(pair, renewals)).toList())
        .compose(_ -> renewals.isEmpty() ? Future.succeededFuture() : use(renewals, server))
        .onFailure(fault -> observer.on(new Event.Fault(Optional.empty(), fault)));
  }

  private Future<Void> look(Pair pair, List<Renewal> renewals) {
    return pair.watched
        .ifChanged(this::read)
        .onSuccess(
            read ->
                read.ifPresent(
                    now -> {
                      switch (now) {
                        case PemKeyPair.Unusable(var problem) -> refused(pair, problem);
                        case PemKeyPair.Usable usable -> renewals.add(new Renewal(pair, usable));
                      }
                    }))
        .mapEmpty();
  }

  private PemKeyPair read(List<Buffer> bytes) {
    return PemKeyPair.of(bytes.getFirst(), bytes.getLast(), vertx);
  }

  private Future<Void> use(List<Renewal> renewals, HttpServer server) {
    var held = new ArrayList<PemKeyPair.Usable>();
    for (var pair : pairs) {
      held.add(
          renewals.stream()
              .filter(renewal -> renewal.pair == pair)
              .map(Renewal::now)
              .findFirst()
              .orElseGet(pair::held));
    }
    return server
        .updateSSLOptions(options(keys(held)))
        .onSuccess(_ -> renewals.forEach(this::renewed))
        .<Void>mapEmpty()
        .otherwise(
            _ -> {
              renewals.forEach(one -> refused(one.pair, "the TLS library refuses them"));
              return null;
            });
  }

  private void renewed(Renewal renewal) {
    renewal.pair.held = renewal.now;
    observer.on(
        new Event.CertificateReloaded(renewal.pair.files.certificate(), renewal.now.expiresAt()));
  }

  private void refused(Pair pair, String problem) {
    observer.on(new Event.CertificateRefused(pair.files.certificate(), problem));
  }

  private static ServerSSLOptions options(KeyCertOptions keys) {
    var options = new ServerSSLOptions().setKeyCertOptions(keys);
    return options.setUseAlpn(true).setSslHandshakeTimeout(HANDSHAKE_SECONDS);
  }
}
