package dev.cloakroom.cli;

import dev.cloakroom.CannotListenException;
import dev.cloakroom.Gateway;
import dev.cloakroom.config.Loaded;
import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.edge.ServerSettings;
import dev.cloakroom.observe.Logs;
import dev.cloakroom.observe.Observer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.transport.Transport;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A gateway that lives as long as this process, or until it is closed.
final class GatewayProcess implements AutoCloseable {
  private static final long START_SECONDS = 60;
  private static final long MARGIN_SECONDS = 10;

  private final Vertx vertx;
  private final Gateway.Running gateway;
  private final long stopSeconds;
  private final CountDownLatch stopped = new CountDownLatch(1);

  private GatewayProcess(Vertx vertx, Gateway.Running gateway, long stopSeconds) {
    this.vertx = vertx;
    this.gateway = gateway;
    this.stopSeconds = stopSeconds;
  }

  /// Starts and waits until it listens.
  static GatewayProcess start(Loaded.Ready ready, Observer observer)
      throws UserError, InterruptedException {
    var config = ready.config();
    var vertx = vertx(config.server().transport());
    var starting = Gateway.start(config, vertx, InstantSource.system(), Entropy.secure(), observer);
    try {
      var gateway = settled(starting, START_SECONDS);
      ready.weakenings().forEach(observer::on);
      var shutdown = config.server().shutdown();
      long stop = shutdown.drainDelay().plus(shutdown.grace()).toSeconds() + MARGIN_SECONDS;
      return new GatewayProcess(vertx, gateway, stop);
    } catch (ExecutionException | TimeoutException e) {
      closeQuietly(vertx);
      throw new UserError(problem(e));
    }
  }

  private static Vertx vertx(ServerSettings.Transport wanted) throws UserError {
    return switch (wanted) {
      case NATIVE -> Vertx.vertx(options().setPreferNativeTransport(true));
      case NIO -> Vertx.vertx(options());
      case IO_URING -> {
        var transport = Transport.IO_URING;
        if (transport == null || !transport.available()) {
          throw new UserError(
              "server.transport: io_uring cannot be had here; write native"
                  + (transport == null ? "" : ": " + transport.unavailabilityCause().getMessage()));
        }
        yield Vertx.builder().with(options()).withTransport(transport).build();
      }
    };
  }

  /// All classes have one loader, which every thread has from the beginning: to set it for each
  /// event anew costs, and changes nothing.
  private static VertxOptions options() {
    return new VertxOptions().setDisableTCCL(true);
  }

  private static String problem(Exception e) {
    var cause = e.getCause() == null ? e : e.getCause();
    if (cause instanceof CannotListenException) {
      return cause.getMessage() + "; choose another address, or stop what uses it";
    }
    return "the gateway could not start: " + cause.getMessage();
  }

  Gateway.Running gateway() {
    return gateway;
  }

  /// Waits for SIGTERM or SIGINT, then for the gateway to drain, then runs `last`. The JVM then
  /// exits with 0.
  void untilStopped(Runnable last) throws InterruptedException {
    var hook = new Thread(() -> stop(last), "cloakroom-shutdown");
    Runtime.getRuntime().addShutdownHook(hook);
    stopped.await();
  }

  private void stop(Runnable last) {
    try {
      settled(gateway.stop(), stopSeconds);
    } catch (ExecutionException | TimeoutException e) {
      // The time to leave in order is over; the process ends either way.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      closeQuietly(vertx);
      last.run();
      Logs.close();
      stopped.countDown();
      // A signal would leave 143 or 130, which reads as a failure.
      Runtime.getRuntime().halt(Main.WELL);
    }
  }

  @Override
  public void close() {
    closeQuietly(vertx);
  }

  private static void closeQuietly(Vertx vertx) {
    try {
      settled(vertx.close(), MARGIN_SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      // Nothing is left to close.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Waits on the main thread, never on an event loop.
  private static <T> T settled(Future<T> future, long seconds)
      throws ExecutionException, TimeoutException, InterruptedException {
    return future.toCompletionStage().toCompletableFuture().get(seconds, TimeUnit.SECONDS);
  }
}
