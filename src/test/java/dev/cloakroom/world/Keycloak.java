package dev.cloakroom.world;

import dev.cloakroom.jose.SigningKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A real Keycloak with one realm, one user and one client, whose access tokens live for seconds.
public final class Keycloak implements AutoCloseable {
  private static final String SECRET = "cloakroom-secret";

  private final SigningKeys keys = TestKeys.ring(TestKeys.ec("gateway-1"));
  private final int port = Ports.free();
  private final int managementPort = Ports.free();
  private final int gatewayPort = Ports.free();
  private @Nullable ChildProcess process;

  /// The keys of the client that proves itself with them.
  public SigningKeys keys() {
    return keys;
  }

  /// What a gateway needs to know that is that client. Keycloak takes what it signs and pushes, and
  /// nothing else.
  public WorldConfig.RealProvider forGatewayWithKeys() {
    return new WorldConfig.RealProvider(
        origin() + "/realms/demo", "cloakroom-keys", "unused", gatewayPort);
  }

  /// What a gateway needs to know.
  public WorldConfig.RealProvider forGateway() {
    return new WorldConfig.RealProvider(
        origin() + "/realms/demo", "cloakroom", SECRET, gatewayPort);
  }

  /// What a gateway needs to know whose tokens Keycloak binds to a key, all of them.
  public WorldConfig.RealProvider forGatewayWithProofs() {
    return new WorldConfig.RealProvider(
        origin() + "/realms/demo", "cloakroom-dpop", SECRET, gatewayPort);
  }

  private String origin() {
    return "http://127.0.0.1:" + port;
  }

  public void start() {
    var home = home();
    writeRealm(home);
    var started =
        ChildProcess.start(
            home,
            Map.of(
                "JAVA_HOME",
                System.getProperty("java.home"),
                "JAVA_OPTS_APPEND",
                "-XX:TieredStopAtLevel=1 -XX:-UseG1GC -XX:+UseSerialGC -Xmx512m"),
            List.of(
                "bin/kc.sh",
                "start-dev",
                "--http-host=127.0.0.1",
                "--http-port=" + port,
                "--hostname=" + origin(),
                "--db=dev-mem",
                "--cache=local",
                "--health-enabled=true",
                "--http-management-host=127.0.0.1",
                "--http-management-port=" + managementPort,
                "--import-realm"));
    process = started;
    Waiting.forA("a ready Keycloak", Duration.ofMinutes(4), () -> ready(started));
  }

  private static Path home() {
    var home = Path.of(System.getProperty("keycloak.home", "target/keycloak"));
    if (!Files.isExecutable(home.resolve("bin/kc.sh"))) {
      throw new AssertionError(
          "no Keycloak in " + home.toAbsolutePath() + ": run ./mvnw verify, which unpacks it");
    }
    return home;
  }

  private void writeRealm(Path home) {
    try (var realm = Keycloak.class.getResourceAsStream("/keycloak-realm.json")) {
      if (realm == null) {
        throw new IllegalStateException("keycloak-realm.json is missing");
      }
      var imports = Files.createDirectories(home.resolve("data/import"));
      Files.writeString(
          imports.resolve("demo-realm.json"),
          new String(realm.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
              .replace("GATEWAY", "http://localhost:" + gatewayPort)
              .replace("JWKS", keys.published().encode().replace("\"", "\\\"")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Optional<Boolean> ready(ChildProcess started) {
    if (!started.isAlive()) {
      throw new AssertionError("Keycloak ended:\n" + started.output());
    }
    try (var client = HttpClient.newHttpClient()) {
      var request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + "/health/ready"))
              .build();
      return client.send(request, BodyHandlers.discarding()).statusCode() == 200
          ? Optional.of(true)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    if (process != null) {
      process.close();
    }
  }
}
