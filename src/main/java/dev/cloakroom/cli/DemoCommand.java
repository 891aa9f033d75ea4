package dev.cloakroom.cli;

import dev.cloakroom.config.ConfigLoader;
import dev.cloakroom.config.Environment;
import dev.cloakroom.config.Loaded;
import dev.cloakroom.crypto.Entropy;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `demo`: provider, API, single-page app and gateway on one machine, on loopback only.
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description =
        "Starts a provider, an API, a React app and the gateway on this machine, and prints one URL"
            + " to open. For trying out, not for production.")
final class DemoCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int KEYCLOAK_PORT = 18180;
  private static final int MANAGEMENT_PORT = 9090;

  @Spec private CommandSpec spec;

  @Option(names = "--keycloak", description = "Keycloak as the provider (fetched the first time).")
  private boolean keycloak;

  @Option(
      names = "--port",
      defaultValue = "8080",
      paramLabel = "N",
      description = "The gateway's port; another is taken when it is in use. Default: 8080.")
  private int port;

  @Override
  public Integer call() throws UserError, InterruptedException {
    var workshop = Workshop.open();
    workshop.needsNode();
    build(workshop);
    int gatewayPort = free(port);
    if (gatewayPort != port) {
      say("Port " + port + " is in use; the gateway takes " + gatewayPort + ".");
    }
    var origin = "http://localhost:" + gatewayPort;
    var secret = Entropy.secure().token();
    try (var provider = provider(workshop, origin, secret);
        var api = api(workshop, provider)) {
      var file =
          configuration(
              workshop, provider, api.url(PATIENCE, workshop.log("api")), secret, gatewayPort);
      return serve(file, provider, api);
    }
  }

  private void build(Workshop workshop) throws UserError, InterruptedException {
    if (workshop.modulesAreStale()) {
      say("Fetching the front end's packages (first start) …");
      workshop.run(workshop.frontend(), "npm-ci", Map.of(), "npm", "ci", "--no-audit", "--no-fund");
    }
    if (workshop.pagesAreStale()) {
      say("Building the front end …");
      workshop.run(workshop.frontend(), "npm-build", Map.of(), "npm", "run", "build");
    }
  }

  private DemoProvider provider(Workshop workshop, String origin, String secret)
      throws UserError, InterruptedException {
    if (!keycloak) {
      return DemoProvider.small(workshop, origin, secret);
    }
    say("Starting Keycloak; this takes up to a minute, and longer the first time …");
    return DemoProvider.keycloak(workshop, origin, secret, free(KEYCLOAK_PORT));
  }

  private static ChildProcess api(Workshop workshop, DemoProvider provider) throws UserError {
    return ChildProcess.start(
        "the demo's API",
        workshop.frontend(),
        workshop.log("api"),
        Map.of("PORT", "0", "ISSUER", provider.issuer(), "AUDIENCE", DemoProvider.AUDIENCE),
        List.of("node", "servers/api.mjs"));
  }

  private static Path configuration(
      Workshop workshop, DemoProvider provider, String api, String secret, int port)
      throws UserError {
    var yaml =
        """
        # Written by `cloakroom demo`, anew at each start. Loopback only, not for production.
        # yaml-language-server: $schema=../../config/cloakroom.schema.json
        version: 1
        server:
          public_url: http://localhost:%d
          host: 127.0.0.1
          port: %d
          management: {port: %d}
        providers:
          main:
            issuer: %s
            client_id: %s
            client_secret_file: client_secret
            scopes: %s
        routes:
          - path: /api/**
            upstream: %s
        spa:
          directory: ../../frontend-demo/app/dist
        """
            .formatted(
                port,
                port,
                free(MANAGEMENT_PORT),
                provider.issuer(),
                DemoProvider.CLIENT_ID,
                provider.scopes(),
                api);
    var file = workshop.work().resolve("cloakroom.yaml");
    try {
      Files.writeString(workshop.work().resolve("client_secret"), secret);
      Files.writeString(file, yaml);
    } catch (IOException e) {
      throw new UserError(file + " cannot be written");
    }
    return file;
  }

  private Integer serve(Path file, DemoProvider provider, ChildProcess api)
      throws UserError, InterruptedException {
    var loaded = ConfigLoader.load(List.of(file), Environment.system());
    return switch (loaded) {
      case Loaded.Ready ready -> {
        try (var process = GatewayProcess.start(ready, Observers.of(ready.log()))) {
          banner(process.gateway().publicUrl().toString(), provider, file);
          process.untilStopped(
              () -> {
                provider.close();
                api.close();
              });
        }
        yield Main.WELL;
      }
      case Loaded.Faulty faulty -> {
        spec.commandLine().getErr().println(Report.of(faulty.findings(), Report.Format.TEXT));
        yield Main.INVALID;
      }
    };
  }

  private void banner(String url, DemoProvider provider, Path file) {
    PrintWriter out = spec.commandLine().getOut();
    var line = "=".repeat(78);
    out.println(line);
    out.println("  CLOAKROOM DEMO: this machine only (loopback), NOT FOR PRODUCTION");
    out.println();
    out.println("  Open       " + url + "   (Chromium, Edge or Firefox; Safari needs TLS)");
    out.println("  Log in as  " + provider.accounts());
    out.println("  Provider   " + provider.issuer());
    out.println("  Settings   " + file);
    out.println("  Stop with  Ctrl-C");
    out.println(line);
    out.flush();
  }

  private void say(String line) {
    spec.commandLine().getOut().println(line);
  }

  /// The wanted port of 127.0.0.1, or another when it is in use.
  static int free(int wanted) throws UserError {
    var loopback = InetAddress.getLoopbackAddress();
    for (int candidate : new int[] {wanted, 0}) {
      try (var socket = new ServerSocket()) {
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(loopback, candidate));
        return socket.getLocalPort();
      } catch (IOException e) {
        // In use: the next one.
      }
    }
    throw new UserError("no port of 127.0.0.1 is free");
  }
}
