package dev.cloakroom.cli;

import dev.cloakroom.cli.LoopbackGateway.Forward;
import dev.cloakroom.cli.LoopbackGateway.Settings;
import dev.cloakroom.crypto.Entropy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `dev`: a development provider and the gateway, in front of one's own dev server and APIs.
@Command(
    name = "dev",
    mixinStandardHelpOptions = true,
    description =
        "Starts a development provider and the gateway in front of your own dev server and APIs,"
            + " and prints one URL to open. For development, not for production.")
final class DevCommand implements Callable<Integer> {
  /// The same at each start where it is free, so that an API can be set to the issuer once.
  private static final int PROVIDER_PORT = 18181;

  private static final String SCOPES = "openid profile email";

  @Spec private CommandSpec spec;

  @Option(
      names = "--dev-server",
      defaultValue = "http://localhost:5173",
      paramLabel = "URL",
      description = "Your dev server, on this machine. Default: http://localhost:5173.")
  private String devServer;

  @Option(
      names = "--route",
      defaultValue = "/api/**=http://localhost:3000",
      paramLabel = "PATH=URL",
      description = "Where calls go; repeatable. Default: /api/**=http://localhost:3000.")
  private List<String> routes;

  @Option(
      names = "--port",
      defaultValue = "8080",
      paramLabel = "N",
      description = "The gateway's port; 0: any free one. Default: 8080.")
  private int port;

  @Override
  public Integer call() throws UserError, InterruptedException {
    var wrong = wrongArgument();
    if (wrong.isPresent()) {
      spec.commandLine().getErr().println("cloakroom: " + wrong.get());
      return Main.INVALID;
    }
    var forwards = routes.stream().map(Forward::parse).toList();
    var workshop = Workshop.open("dev");
    var local = new LoopbackGateway(workshop, spec.commandLine());
    int gatewayPort = port == 0 ? LoopbackGateway.free(0) : port;
    int providerPort = LoopbackGateway.free(PROVIDER_PORT);
    var secret = Entropy.secure().token();
    var ready = local.load(settings(gatewayPort, providerPort, devServer, forwards), secret);
    if (ready.isEmpty()) {
      return Main.INVALID;
    }
    local.fetchPackages();
    var origin = "http://localhost:" + gatewayPort;
    try (var provider = DemoProvider.small(workshop, origin, secret, providerPort)) {
      var rows = rows(origin, provider, forwards, local.file());
      local.serve(ready.get(), "CLOAKROOM DEV", rows, List.of(provider::close));
    }
    return Main.WELL;
  }

  /// What the settings cannot say of themselves.
  private Optional<String> wrongArgument() {
    if (port < 0 || port > 65_535) {
      return Optional.of("--port " + port + " is not a port");
    }
    return routes.stream()
        .filter(route -> !route.contains("="))
        .findFirst()
        .map(route -> "--route '" + route + "' is not like /api/**=http://localhost:3000");
  }

  static Settings settings(int port, int providerPort, String devServer, List<Forward> forwards)
      throws UserError {
    return new Settings(
        "dev",
        port,
        LoopbackGateway.free(LoopbackGateway.MANAGEMENT_PORT),
        DemoProvider.issuerAt(providerPort),
        SCOPES,
        forwards,
        Settings.devServer(devServer));
  }

  private List<Map.Entry<String, String>> rows(
      String origin, DemoProvider provider, List<Forward> forwards, Path file) {
    var rows = new ArrayList<Map.Entry<String, String>>();
    rows.add(Map.entry("Open", origin + "   (Chromium, Edge or Firefox; Safari needs TLS)"));
    rows.add(Map.entry("Log in as", provider.accounts()));
    rows.add(Map.entry("Dev server", devServer + "   (start it now, if it is not running)"));
    forwards.forEach(forward -> rows.add(Map.entry("Route", forward.toString())));
    rows.add(
        Map.entry("Tokens", "issuer " + provider.issuer() + ", audience " + DemoProvider.AUDIENCE));
    rows.add(Map.entry("Settings", file + "   (a start for your own)"));
    rows.add(Map.entry("Stop with", "Ctrl-C"));
    return rows;
  }
}
