package dev.cloakroom.crypto;

import dev.cloakroom.observe.Observer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// All files for TLS to others, looked at together, so that a certificate that is used in several
/// places changes everywhere at about the same time: a token bound to it must find it at both ends.
/// One for the process.
public final class TlsWatch {
  private final Map<TlsFiles, ClientTls> all = new ConcurrentHashMap<>();
  private final Vertx vertx;
  private final Observer observer;

  public TlsWatch(Vertx vertx, Observer observer) {
    this.vertx = vertx;
    this.observer = observer;
  }

  /// What these files say, from the next [#load] or [#check] on; the same for the same files.
  public ClientTls of(TlsFiles files) {
    return all.computeIfAbsent(files, these -> new ClientTls(these, vertx, observer));
  }

  /// Reads all files for the first time. Fails when one of them cannot be used.
  public Future<Void> load() {
    return Future.all(all.values().stream().map(ClientTls::load).toList()).mapEmpty();
  }

  /// Looks whether files have changed since. Called every now and then.
  public Future<Void> check() {
    return Future.join(all.values().stream().map(ClientTls::check).toList()).mapEmpty();
  }
}
