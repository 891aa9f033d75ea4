package dev.cloakroom.chaos;

import dev.cloakroom.world.ChildProcess;
import dev.cloakroom.world.Ports;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// One gateway process, which can be killed and comes back on the same port.
final class Node implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);

  private final Path directory;
  private final Path configuration;
  private final int port;
  private ChildProcess process;

  /// What all nodes have in common.
  ///
  /// @param publicPort the port of the load balancer, which is the crowd itself
  record Plan(int publicPort, int redisPort, String issuer, String api, String key) {
    String configuration(int port) {
      return """
      version: 1
      server:
        public_url: http://localhost:%d
        host: 127.0.0.1
        port: %d
        management: {port: 0}
      session:
        store: redis
        redis: {url: "redis://127.0.0.1:%d"}
        encryption_keys: ["%s"]
      providers:
        main:
          issuer: %s
          client_id: %s
          client_secret: %s
      routes:
        - path: /api/**
          upstream: %s
      """
          .formatted(
              publicPort,
              port,
              redisPort,
              key,
              issuer,
              StrictProvider.CLIENT_ID,
              StrictProvider.CLIENT_SECRET,
              api);
    }
  }

  Node(Path directory, int number, Plan plan) {
    this.directory = directory;
    this.port = Ports.free();
    this.configuration = directory.resolve("node-" + number + ".yaml");
    try {
      Files.writeString(configuration, plan.configuration(port));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.process = launch();
  }

  private ChildProcess launch() {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return ChildProcess.start(
        directory,
        Map.of(),
        List.of(
            java,
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.cloakroom.cli.Main",
            "run",
            "--config",
            configuration.toString()));
  }

  /// Waits until it listens.
  void isReady() {
    var _ = process.mentions("gateway.ready", START);
  }

  SocketAddress address() {
    return SocketAddress.inetSocketAddress(port, "127.0.0.1");
  }

  /// As `kill -9` does.
  void isKilled() {
    process.close();
  }

  /// Starts again, without waiting.
  void comesBack() {
    process = launch();
  }

  String output() {
    return process.output();
  }

  @Override
  public void close() {
    process.close();
  }
}
