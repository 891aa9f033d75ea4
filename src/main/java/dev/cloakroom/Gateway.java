package dev.cloakroom;

import dev.cloakroom.config.GatewayConfig;
import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.observe.Observer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.InstantSource;

/// Builds every object once, by constructor, and starts the listeners.
public final class Gateway {
  private Gateway() {}

  /// Starts a gateway. The future fails when a listener cannot be bound.
  public static Future<Running> start(
      GatewayConfig config, Vertx vertx, InstantSource clock, Entropy entropy, Observer observer) {
    return new Launch(config, vertx, clock, entropy, observer).run();
  }

  /// A gateway that listens.
  public interface Running {
    /// That of the first front end.
    URI publicUrl();

    int port();

    int managementPort();

    /// Drains and stops; idempotent.
    Future<Void> stop();
  }
}
