package dev.cloakroom.cli;

import dev.cloakroom.cli.LoopbackGateway.Forward;
import dev.cloakroom.cli.LoopbackGateway.Settings;
import dev.cloakroom.cli.line.Arguments;
import dev.cloakroom.cli.line.Command;
import dev.cloakroom.cli.line.Misuse;
import dev.cloakroom.cli.line.Option;
import dev.cloakroom.cli.line.Screen;
import dev.cloakroom.cli.line.Syntax;
import dev.cloakroom.crypto.Entropy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// `demo`: provider, API, single-page app and gateway on one machine, on loopback only.
final class DemoCommand implements Command {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int KEYCLOAK_PORT = 18180;

  private static final Option KEYCLOAK =
      Option.flag("keycloak", "Keycloak as the provider (fetched the first time).");
  private static final Option PORT =
      Option.value(
          "port", "N", "The gateway's port; another is taken when it is in use. Default: 8080.");

  @Override
  public Syntax syntax() {
    return Syntax.of(
            "demo",
            "Starts a provider, an API, a React app and the gateway on this machine, and prints one URL"
                + " to open. For trying out, not for production.")
        .with(KEYCLOAK, PORT);
  }

  @Override
  public int run(Arguments arguments, Screen screen) throws UserError, InterruptedException {
    int port = arguments.number(PORT, 8080);
    if (!LoopbackGateway.isPort(port)) {
      throw new Misuse("--port " + port + " is not a port");
    }
    var workshop = Workshop.open("demo");
    var local = new LoopbackGateway(workshop, screen);
    build(workshop, local);
    int gatewayPort = LoopbackGateway.free(port);
    if (gatewayPort != port) {
      local.say("Port " + port + " is in use; the gateway takes " + gatewayPort + ".");
    }
    var origin = "http://localhost:" + gatewayPort;
    var secret = Entropy.secure().token();
    try (var provider = provider(workshop, local, origin, secret, arguments.has(KEYCLOAK));
        var api = api(workshop, provider)) {
      var ready =
          local.load(
              settings(provider, api.url(PATIENCE, workshop.log("api")), gatewayPort), secret);
      if (ready.isEmpty()) {
        return Main.INVALID;
      }
      local.serve(
          ready.get(),
          "CLOAKROOM DEMO",
          rows(origin, provider, local.file()),
          List.of(provider::close, api::close));
      return Main.WELL;
    }
  }

  private static void build(Workshop workshop, LoopbackGateway local)
      throws UserError, InterruptedException {
    local.fetchPackages();
    if (workshop.pagesAreStale()) {
      local.say("Building the front end …");
      workshop.run(workshop.frontend(), "npm-build", Map.of(), "npm", "run", "build");
    }
  }

  private static DemoProvider provider(
      Workshop workshop, LoopbackGateway local, String origin, String secret, boolean keycloak)
      throws UserError, InterruptedException {
    if (!keycloak) {
      return DemoProvider.small(workshop, origin, secret, 0);
    }
    local.say("Starting Keycloak; this takes up to a minute, and longer the first time …");
    return DemoProvider.keycloak(workshop, origin, secret, LoopbackGateway.free(KEYCLOAK_PORT));
  }

  private static ChildProcess api(Workshop workshop, DemoProvider provider) throws UserError {
    return ChildProcess.start(
        "the demo's API",
        workshop.frontend(),
        workshop.log("api"),
        Map.of("PORT", "0", "ISSUER", provider.issuer(), "AUDIENCE", DemoProvider.AUDIENCE),
        List.of("node", "servers/api.mjs"));
  }

  private static Settings settings(DemoProvider provider, String api, int port) throws UserError {
    return new Settings(
        "demo",
        port,
        LoopbackGateway.free(LoopbackGateway.MANAGEMENT_PORT),
        provider.issuer(),
        provider.scopes(),
        List.of(new Forward("/api/**", api)),
        Settings.directory("../../frontend-demo/app/dist"));
  }

  private static List<Map.Entry<String, String>> rows(
      String origin, DemoProvider provider, Path file) {
    return List.of(
        Map.entry("Open", origin + "   (Chromium, Edge or Firefox; Safari needs TLS)"),
        Map.entry("Log in as", provider.accounts()),
        Map.entry("Provider", provider.issuer()),
        Map.entry("Settings", file.toString()),
        Map.entry("Stop with", "Ctrl-C"));
  }
}
