package dev.cloakroom.world;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cloakroom.crypto.Secret;
import dev.cloakroom.jose.SigningKeys;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A real Keycloak with one user, whose access tokens live for seconds: with one realm over plain
/// http, or with several over https, where it asks clients for a certificate. One of those holds
/// its clients to nothing, each of the others to a profile that Keycloak brings along.
public final class Keycloak implements AutoCloseable {
  private static final String SECRET = "cloakroom-secret";
  private static final String ADMIN = "an-administrator";

  private final String key = TestKeys.ec("gateway-1");
  private final SigningKeys keys = TestKeys.ring(key);
  private final int port = Ports.free();
  private final int managementPort = Ports.free();
  private final int gatewayPort = Ports.free();
  private final Optional<Secured> tls;
  private @Nullable ChildProcess process;

  public Keycloak() {
    this(Optional.empty());
  }

  private Keycloak(Optional<Secured> tls) {
    this.tls = tls;
  }

  /// One that speaks https.
  public static Keycloak over(Secured tls) {
    return new Keycloak(Optional.of(tls));
  }

  /// The realms of a Keycloak over https.
  public enum Realm {
    FREE("fapi-2-security-profile", true, false),
    /// Held to `fapi-2-security-profile`, which binds tokens to a certificate.
    FAPI("fapi-2-security-profile", true, false),
    /// Held to `fapi-2-dpop-security-profile`.
    FAPI_DPOP("fapi-2-dpop-security-profile", false, true);

    private final String profile;
    private final boolean certificates;
    private final boolean proofs;

    Realm(String profile, boolean certificates, boolean proofs) {
      this.profile = profile;
      this.certificates = certificates;
      this.proofs = proofs;
    }

    private String path() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// What a gateway needs to know that shows a certificate for `CN=gateway` there.
  public WorldConfig.RealProvider forGatewayWithCertificate(Realm realm) {
    return new WorldConfig.RealProvider(
        origin() + "/realms/" + realm.path(), "gateway-certificate", "unused", gatewayPort);
  }

  /// What a gateway needs to know that proves itself with its keys there.
  public WorldConfig.RealProvider forGatewayWithKeys(Realm realm) {
    return new WorldConfig.RealProvider(
        origin() + "/realms/" + realm.path(), "gateway-keys", "unused", gatewayPort);
  }

  /// The key of the client that proves itself with it, as an operator would write it.
  public String key() {
    return key;
  }

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
    return (tls.isPresent() ? "https" : "http") + "://127.0.0.1:" + port;
  }

  public void start() {
    var home = home();
    writeRealms(home);
    var command =
        new ArrayList<>(
            List.of(
                "bin/kc.sh",
                "start-dev",
                "--http-host=127.0.0.1",
                "--http-port=" + (tls.isPresent() ? Ports.free() : port),
                "--hostname=" + origin(),
                "--db=dev-mem",
                "--cache=local",
                "--health-enabled=true",
                "--http-management-host=127.0.0.1",
                "--http-management-port=" + managementPort,
                "--http-management-scheme=http",
                "--import-realm"));
    tls.ifPresent(
        secured ->
            command.addAll(
                List.of(
                    "--https-port=" + port,
                    "--https-certificate-file=" + secured.server().certificate(),
                    "--https-certificate-key-file=" + secured.server().key(),
                    "--https-client-auth=request",
                    "--https-trust-store-file=" + secured.clients().certificate())));
    var started =
        ChildProcess.start(
            home,
            Map.of(
                "KC_BOOTSTRAP_ADMIN_USERNAME",
                ADMIN,
                "KC_BOOTSTRAP_ADMIN_PASSWORD",
                ADMIN,
                "JAVA_HOME",
                System.getProperty("java.home"),
                "JAVA_OPTS_APPEND",
                "-XX:TieredStopAtLevel=1 -XX:-UseG1GC -XX:+UseSerialGC -Xmx512m"),
            command);
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

  private void writeRealms(Path home) {
    try {
      var imports = Files.createDirectories(home.resolve("data/import"));
      try (var old = Files.list(imports)) {
        for (var file : old.toList()) {
          Files.delete(file);
        }
      }
      if (tls.isEmpty()) {
        Files.writeString(imports.resolve("demo-realm.json"), text("/keycloak-realm.json"));
        return;
      }
      for (var realm : Realm.values()) {
        Files.writeString(
            imports.resolve(realm.path() + "-realm.json"),
            text("/keycloak-secure-realm.json")
                .replace("REALM", realm.path())
                .replace("HELD", "" + (realm != Realm.FREE))
                .replace("PROFILE", realm.profile)
                .replace("CERTIFICATES", "" + realm.certificates)
                .replace("PROOFS", "" + realm.proofs));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String text(String resource) throws IOException {
    try (var realm = Keycloak.class.getResourceAsStream(resource)) {
      if (realm == null) {
        throw new IllegalStateException(resource + " is missing");
      }
      return new String(realm.readAllBytes(), UTF_8)
          .replace("GATEWAY", (tls.isPresent() ? "https" : "http") + "://localhost:" + gatewayPort)
          .replace("JWKS", keys.published().encode().replace("\"", "\\\""));
    }
  }

  /// A token with which one client may register itself.
  public Secret initialAccessToken() {
    var form = "grant_type=password&client_id=admin-cli&username=" + ADMIN + "&password=" + ADMIN;
    var admin =
        posts(
            "/realms/master/protocol/openid-connect/token",
            form,
            "Content-Type",
            "application/x-www-form-urlencoded");
    var initial =
        posts(
            "/admin/realms/demo/clients-initial-access",
            "{\"count\":1,\"expiration\":300}",
            "Content-Type",
            "application/json",
            "Authorization",
            "Bearer " + admin.getString("access_token"));
    return Secret.of(initial.getString("token"));
  }

  private JsonObject posts(String path, String body, String... headers) {
    try (var client = HttpClient.newHttpClient()) {
      var answer =
          client.send(
              HttpRequest.newBuilder(URI.create(origin() + path))
                  .headers(headers)
                  .POST(HttpRequest.BodyPublishers.ofString(body))
                  .build(),
              BodyHandlers.ofString());
      if (answer.statusCode() >= 300) {
        throw new AssertionError(path + ": " + answer.statusCode() + " " + answer.body());
      }
      return new JsonObject(answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
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
