package dev.cloakroom;

import dev.cloakroom.edge.Listener;
import dev.cloakroom.edge.ServerSettings;
import dev.cloakroom.manage.Health;
import dev.cloakroom.manage.ManagementServer;
import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// A gateway that listens, and the way it leaves: not ready, then closed to new connections, then
/// done with what was under way, then gone, its sessions in a file where there is to be one.
final class RunningGateway implements Gateway.Running {
  private static final Duration SETTLING = Duration.ofSeconds(15);
  private static final Duration PERSISTING = Duration.ofMinutes(1);

  private final Parts parts;
  private final Addresses addresses;
  private final ServerSettings.Shutdown shutdown;
  private final Vertx vertx;
  private final Observer observer;
  private final Health health;
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final Promise<Void> stopped = Promise.promise();

  /// What has to be stopped.
  record Parts(
      List<Listener> listeners,
      List<String> deployed,
      ManagementServer management,
      Assembly assembly,
      long sweeper) {
    Parts {
      listeners = List.copyOf(listeners);
      deployed = List.copyOf(deployed);
    }
  }

  /// Where it listens.
  record Addresses(URI publicUrl, int port, int managementPort) {}

  RunningGateway(
      Parts parts,
      Addresses addresses,
      ServerSettings.Shutdown shutdown,
      Vertx vertx,
      Observer observer,
      Health health) {
    this.parts = parts;
    this.addresses = addresses;
    this.shutdown = shutdown;
    this.vertx = vertx;
    this.observer = observer;
    this.health = health;
  }

  @Override
  public URI publicUrl() {
    return addresses.publicUrl();
  }

  @Override
  public int port() {
    return addresses.port();
  }

  @Override
  public int managementPort() {
    return addresses.managementPort();
  }

  @Override
  public Future<Void> stop() {
    if (stopping.compareAndSet(false, true)) {
      observer.on(new Event.GatewayStopping());
      health.drains();
      pause(shutdown.drainDelay())
          .compose(_ -> drain())
          .compose(_ -> settle())
          .compose(_ -> release())
          .compose(_ -> persist())
          .onComplete(_ -> observer.on(new Event.GatewayStopped()))
          .onComplete(stopped);
    }
    return stopped.future();
  }

  private Future<Void> pause(Duration delay) {
    return delay.isPositive()
        ? vertx.timer(delay.toMillis(), TimeUnit.MILLISECONDS).mapEmpty()
        : Future.succeededFuture();
  }

  private Future<Void> drain() {
    return Future.join(
            parts.listeners().stream().map(each -> each.drain(shutdown.grace())).toList())
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }

  private Future<Void> settle() {
    return parts
        .assembly()
        .settle()
        .timeout(SETTLING.toMillis(), TimeUnit.MILLISECONDS)
        .otherwiseEmpty();
  }

  /// When nobody can change a session any more.
  private Future<Void> persist() {
    return parts
        .assembly()
        .persist()
        .timeout(PERSISTING.toMillis(), TimeUnit.MILLISECONDS)
        .onFailure(fault -> observer.on(new Event.Fault(Optional.empty(), fault)))
        .otherwiseEmpty();
  }

  private Future<Void> release() {
    vertx.cancelTimer(parts.sweeper());
    return Future.join(parts.deployed().stream().map(vertx::undeploy).toList())
        .transform(_ -> parts.management().stop())
        .transform(_ -> parts.assembly().close());
  }
}
