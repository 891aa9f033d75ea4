package dev.cloakroom.cli;

import dev.cloakroom.cli.line.Screen;
import dev.cloakroom.config.ConfigLoader;
import dev.cloakroom.config.Loaded;
import dev.cloakroom.config.text.Environment;
import dev.cloakroom.config.text.Finding;
import io.vertx.core.json.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// What `demo` and `dev` share: a gateway on loopback, with settings made for this start.
final class LoopbackGateway {
  /// Taken where it is free.
  static final int MANAGEMENT_PORT = 9090;

  private final Workshop workshop;
  private final PrintWriter out;
  private final PrintWriter err;

  LoopbackGateway(Workshop workshop, Screen screen) {
    this.workshop = workshop;
    this.out = screen.out();
    this.err = screen.err();
  }

  /// Where the settings of this start lie.
  Path file() {
    return workshop.work().resolve("cloakroom.yaml");
  }

  /// Sees to it that the Node programs can run.
  void fetchPackages() throws UserError, InterruptedException {
    workshop.needsNode();
    if (workshop.modulesAreStale()) {
      say("Fetching the front end's packages (first start) …");
      workshop.run(workshop.frontend(), "npm-ci", Map.of(), "npm", "ci", "--no-audit", "--no-fund");
    }
  }

  /// Writes the settings and reads them as `run` does. Empty when something is wrong with them,
  /// which has then been said.
  Optional<Loaded.Ready> load(Settings settings, String secret) throws UserError {
    try {
      Files.writeString(workshop.work().resolve("client_secret"), secret);
      Files.writeString(file(), settings.yaml());
    } catch (IOException e) {
      throw new UserError(file() + " cannot be written");
    }
    return switch (ConfigLoader.load(List.of(file()), Environment.system())) {
      case Loaded.Ready ready -> {
        ready.findings().forEach(this::complain);
        yield Optional.of(ready);
      }
      case Loaded.Faulty faulty -> {
        faulty.findings().forEach(this::complain);
        yield Optional.empty();
      }
    };
  }

  /// One line: nobody wrote the file that a place and a caret would point at.
  private void complain(Finding finding) {
    var remedy = finding.remedy().isEmpty() ? "" : "; " + finding.remedy();
    err.println("cloakroom: " + finding.severity() + ": " + finding.problem() + remedy);
  }

  /// Runs the gateway until it is told to stop, then `last`.
  ///
  /// @param rows what the banner says, below its title
  void serve(
      Loaded.Ready ready, String title, List<Map.Entry<String, String>> rows, List<Runnable> last)
      throws UserError, InterruptedException {
    try (var process = GatewayProcess.start(ready, Observers.of(ready.log()))) {
      banner(title, rows);
      process.untilStopped(() -> last.forEach(Runnable::run));
    }
  }

  private void banner(String title, List<Map.Entry<String, String>> rows) {
    var line = "=".repeat(78);
    out.println(line);
    out.println("  " + title + ": this machine only (loopback), NOT FOR PRODUCTION");
    out.println();
    rows.forEach(row -> out.printf("  %-10s %s%n", row.getKey(), row.getValue()));
    out.println(line);
    out.flush();
  }

  void say(String line) {
    out.println(line);
  }

  /// 0 is any free one.
  static boolean isPort(int number) {
    return number >= 0 && number <= 65_535;
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

  /// Where calls of a path go.
  ///
  /// @param path a path, or a prefix and `/**`
  /// @param upstream a URL
  record Forward(String path, String upstream) {
    /// From `path=upstream`.
    static Forward parse(String text) {
      int equals = text.indexOf('=');
      return new Forward(text.substring(0, equals), text.substring(equals + 1));
    }

    @Override
    public String toString() {
      return path + " to " + upstream;
    }
  }

  /// The settings of a gateway on loopback, made for one start. What comes from outside is quoted,
  /// so that it stays a value.
  ///
  /// @param command which command writes them
  /// @param spa the line below `spa`
  record Settings(
      String command,
      int port,
      int managementPort,
      String issuer,
      String scopes,
      List<Forward> routes,
      String spa) {
    Settings {
      routes = List.copyOf(routes);
    }

    static String directory(String path) {
      return "directory: " + quoted(path);
    }

    static String devServer(String url) {
      return "dev_server: " + quoted(url);
    }

    /// The file; its secret lies beside it.
    String yaml() {
      return """
      # Written by `cloakroom %s`, anew at each start. Loopback only, not for production.
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
      %s
      spa:
        %s
      """
          .formatted(
              command,
              port,
              port,
              managementPort,
              issuer,
              DemoProvider.CLIENT_ID,
              scopes,
              routes.stream().map(Settings::route).collect(Collectors.joining("\n")),
              spa);
    }

    private static String route(Forward forward) {
      return "  - path: %s\n    upstream: %s"
          .formatted(quoted(forward.path()), quoted(forward.upstream()));
    }

    private static String quoted(String text) {
      return Json.encode(text.replace("$", "$$"));
    }
  }
}
