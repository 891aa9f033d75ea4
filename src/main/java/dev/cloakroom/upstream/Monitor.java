package dev.cloakroom.upstream;

import dev.cloakroom.crypto.ClientTls;
import dev.cloakroom.crypto.TlsFiles;
import dev.cloakroom.crypto.TlsWatch;
import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// What all event loops share of the targets: their health, and the files for TLS to them. One for
/// the process, because what one event loop learns of a target, the others need not find out, and a
/// target is to be asked once.
public final class Monitor {
  private static final long FILES_MILLIS = 2_000;

  private final TlsWatch tls;
  private final InstantSource clock;
  private final Observer observer;
  private final Clients clients;
  private final Map<Watched, Health> healths = new ConcurrentHashMap<>();
  private final List<Checker> checkers = new CopyOnWriteArrayList<>();
  private volatile long filesAt;

  /// Routes that ask the same target differently see it apart.
  private record Watched(
      URI origin, Protocol protocol, Optional<TlsFiles> tls, Optional<HealthCheck> check) {
    static Watched of(URI origin, Upstream upstream) {
      return new Watched(origin, upstream.protocol(), upstream.tls(), upstream.health());
    }
  }

  /// Watches nothing yet.
  ///
  /// @param tls the files for TLS, also of others who ask it for theirs
  public Monitor(Vertx vertx, TlsWatch tls, InstantSource clock, Observer observer) {
    this.tls = tls;
    this.clock = clock;
    this.observer = observer;
    this.clients = new Clients(vertx);
  }

  /// Reads the files of these upstreams, and begins to watch their targets. Fails when a file
  /// cannot be used.
  public Future<Void> watch(Collection<Upstream> upstreams) {
    for (var upstream : upstreams) {
      var _ = tls(upstream);
      upstream.targets().forEach(target -> watch(Upstreams.origin(target), upstream));
    }
    filesAt = clock.millis() + FILES_MILLIS;
    return tls.load();
  }

  private void watch(URI origin, Upstream upstream) {
    var watched = Watched.of(origin, upstream);
    if (healths.containsKey(watched)) {
      return;
    }
    var health = health(origin, upstream);
    upstream
        .health()
        .ifPresent(
            check ->
                checkers.add(
                    new Checker(
                        new Dialer(origin, upstream.protocol(), clients, tls(upstream)),
                        health,
                        check)));
  }

  /// The health of every target that is watched.
  public List<Health> healths() {
    return List.copyOf(healths.values());
  }

  /// Asks the targets whose turn it is, and looks at the files. Called every now and then, on one
  /// event loop; completes when all that this began has ended.
  public Future<Void> tick() {
    var now = clock.millis();
    var begun = new ArrayList<Future<Void>>();
    checkers.forEach(checker -> begun.add(checker.tick(now)));
    if (now >= filesAt || now + FILES_MILLIS < filesAt) { // or the clock was set back
      filesAt = now + FILES_MILLIS;
      begun.add(tls.check());
    }
    return Future.join(begun)
        .<Void>mapEmpty()
        .onFailure(fault -> observer.on(new Event.Fault(Optional.empty(), fault)));
  }

  Health health(URI origin, Upstream upstream) {
    return healths.computeIfAbsent(
        Watched.of(origin, upstream),
        watched -> new Health(watched.origin.toString(), clock, observer));
  }

  Optional<ClientTls> tls(Upstream upstream) {
    return upstream.tls().map(tls::of);
  }
}
