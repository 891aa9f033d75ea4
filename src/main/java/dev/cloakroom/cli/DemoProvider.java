package dev.cloakroom.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// The OpenID provider of `demo` and `dev`, on another site than the gateway: 127.0.0.1, not
/// localhost.
///
/// @param issuer its issuer
/// @param scopes what to ask it for
/// @param accounts who can log in, for the banner
record DemoProvider(ChildProcess process, String issuer, String scopes, String accounts)
    implements AutoCloseable {
  static final String AUDIENCE = "urn:demo:api";
  static final String CLIENT_ID = "cloakroom";
  private static final Duration NODE_PATIENCE = Duration.ofSeconds(60);
  private static final Duration KEYCLOAK_PATIENCE = Duration.ofMinutes(4);

  /// Ends the command when standard input does, and so with the process that started it.
  private static final String ENDS_WITH_PARENT =
      "\"$@\" </dev/null >&2 & child=$!; trap 'kill $child' TERM INT; cat >/dev/null; kill $child";

  /// The issuer of the small provider at a port.
  static String issuerAt(int port) {
    return "http://127.0.0.1:" + port;
  }

  /// The small provider that comes with the demo.
  ///
  /// @param port 0: any free one
  static DemoProvider small(Workshop workshop, String origin, String secret, int port)
      throws UserError, InterruptedException {
    var log = workshop.log("provider");
    var process =
        ChildProcess.start(
            "the development provider",
            workshop.frontend(),
            log,
            Map.of(
                "PORT", String.valueOf(port),
                "GATEWAY_ORIGIN", origin,
                "CLIENT_ID", CLIENT_ID,
                "CLIENT_SECRET", secret,
                "API_AUDIENCE", AUDIENCE),
            List.of("node", "servers/provider.mjs"));
    return new DemoProvider(
        process,
        process.url(NODE_PATIENCE, log),
        "openid profile email orders:read orders:write",
        "alice / wonderland, or bob / builder");
  }

  /// Keycloak, fetched from Maven Central the first time.
  static DemoProvider keycloak(Workshop workshop, String origin, String secret, int port)
      throws UserError, InterruptedException {
    var home = unpacked(workshop);
    importRealm(workshop, home, origin, secret);
    var url = "http://127.0.0.1:" + port;
    var log = workshop.log("keycloak");
    var settings = new HashMap<String, String>();
    settings.put("KC_BOOTSTRAP_ADMIN_USERNAME", "admin");
    settings.put("KC_BOOTSTRAP_ADMIN_PASSWORD", "admin");
    settings.put("JAVA_HOME", System.getProperty("java.home"));
    settings.put("JAVA_OPTS_APPEND", "-XX:TieredStopAtLevel=1 -XX:-UseG1GC -XX:+UseSerialGC");
    var process =
        ChildProcess.start(
            "Keycloak",
            home,
            log,
            settings,
            List.of(
                "sh",
                "-c",
                ENDS_WITH_PARENT,
                "keycloak",
                "bin/kc.sh",
                "start-dev",
                "--http-host=127.0.0.1",
                "--http-port=" + port,
                "--hostname=" + url,
                "--db=dev-mem",
                "--cache=local",
                "--import-realm"));
    var issuer = url + "/realms/demo";
    await(issuer, process, log);
    return new DemoProvider(
        process,
        issuer,
        "openid profile email",
        "alice / wonderland, or bob / builder (administrator at " + url + ": admin / admin)");
  }

  private static Path unpacked(Workshop workshop) throws UserError, InterruptedException {
    var version = keycloakVersion(workshop.home().resolve("pom.xml"));
    var home = workshop.home().resolve("target/demo/keycloak/keycloak-" + version);
    if (!Files.isExecutable(home.resolve("bin/kc.sh"))) {
      workshop.run(
          workshop.home(),
          "keycloak-fetch",
          Map.of(),
          "./mvnw",
          "-B",
          "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:unpack",
          "-Dartifact=org.keycloak:keycloak-quarkus-dist:" + version + ":zip",
          "-DoutputDirectory=" + home.getParent());
    }
    return home;
  }

  private static String keycloakVersion(Path pom) throws UserError {
    try {
      var match = Pattern.compile("<keycloak.version>([^<]+)<").matcher(Files.readString(pom));
      if (match.find()) {
        return match.group(1);
      }
    } catch (IOException e) {
      // Told below.
    }
    throw new UserError(pom + " does not say which Keycloak to use");
  }

  private static void importRealm(Workshop workshop, Path home, String origin, String secret)
      throws UserError {
    try {
      var realm = Files.readString(workshop.home().resolve("config/keycloak/demo-realm.json"));
      var target = Files.createDirectories(home.resolve("data/import")).resolve("demo-realm.json");
      Files.writeString(
          target,
          realm.replace("http://localhost:8080", origin).replace("cloakroom-secret", secret));
    } catch (IOException e) {
      throw new UserError("the demo's realm cannot be written: " + e.getMessage());
    }
  }

  /// Keycloak does not say when it is ready, so it is asked.
  private static void await(String issuer, ChildProcess process, Path log)
      throws UserError, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(issuer + "/.well-known/openid-configuration"))
            .timeout(Duration.ofSeconds(5))
            .build();
    long attempts = KEYCLOAK_PATIENCE.toSeconds();
    try (var client = HttpClient.newHttpClient()) {
      for (long i = 0; i < attempts && process.isAlive(); i++) {
        try {
          if (client.send(request, BodyHandlers.discarding()).statusCode() == 200) {
            return;
          }
        } catch (IOException e) {
          // Not yet.
        }
        Thread.sleep(Duration.ofSeconds(1));
      }
    }
    process.close();
    throw new UserError("Keycloak did not start; its messages are in " + log);
  }

  @Override
  public void close() {
    process.close();
  }
}
