package dev.cloakroom.cli;

import dev.cloakroom.cli.LoopbackGateway.Forward;
import dev.cloakroom.cli.LoopbackGateway.Settings;
import dev.cloakroom.cli.line.Arguments;
import dev.cloakroom.cli.line.Command;
import dev.cloakroom.cli.line.Option;
import dev.cloakroom.cli.line.Screen;
import dev.cloakroom.cli.line.Syntax;
import dev.cloakroom.crypto.Entropy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `dev`: a development provider and the gateway, in front of one's own dev server and APIs.
final class DevCommand implements Command {
  /// The same at each start where it is free, so that an API can be set to the issuer once.
  private static final int PROVIDER_PORT = 18181;

  private static final String SCOPES = "openid profile email";

  private static final Option DEV_SERVER =
      Option.value(
          "dev-server", "URL", "Your dev server, on this machine. Default: http://localhost:5173.");
  private static final Option ROUTE =
      Option.value(
              "route",
              "PATH=URL",
              "Where calls go; repeatable. Default: /api/**=http://localhost:3000.")
          .takes(Option.Takes.ONE_EACH_TIME);
  private static final Option PORT =
      Option.value("port", "N", "The gateway's port; 0: any free one. Default: 8080.");

  @Override
  public Syntax syntax() {
    return Syntax.of(
            "dev",
            "Starts a development provider and the gateway in front of your own dev server and APIs,"
                + " and prints one URL to open. For development, not for production.")
        .with(DEV_SERVER, ROUTE, PORT);
  }

  @Override
  public int run(Arguments arguments, Screen screen) throws UserError, InterruptedException {
    int port = arguments.number(PORT, 8080);
    var routes =
        arguments.has(ROUTE) ? arguments.texts(ROUTE) : List.of("/api/**=http://localhost:3000");
    var wrong = wrongArgument(port, routes);
    if (wrong.isPresent()) {
      screen.err().println("cloakroom: " + wrong.get());
      return Main.INVALID;
    }
    var forwards = routes.stream().map(Forward::parse).toList();
    var workshop = Workshop.open("dev");
    var local = new LoopbackGateway(workshop, screen);
    var devServer = arguments.text(DEV_SERVER).orElse("http://localhost:5173");
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
      var rows = rows(origin, provider, devServer, forwards, local.file());
      local.serve(ready.get(), "CLOAKROOM DEV", rows, List.of(provider::close));
    }
    return Main.WELL;
  }

  /// What the settings cannot say of themselves.
  private static Optional<String> wrongArgument(int port, List<String> routes) {
    if (!LoopbackGateway.isPort(port)) {
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

  private static List<Map.Entry<String, String>> rows(
      String origin, DemoProvider provider, String devServer, List<Forward> forwards, Path file) {
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
