package dev.cloakroom.world;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The demo's servers, which run on Node.
public final class NodeServers {
  private static final Path HOME = Path.of("frontend-demo");

  private NodeServers() {}

  /// Fetches what the servers need, once.
  public static synchronized void install() {
    if (!Files.isDirectory(HOME.resolve("node_modules/oidc-provider"))) {
      npm("ci", "--no-progress");
    }
  }

  /// The React demo, built: the directory a gateway serves.
  public static synchronized Path demoApp() {
    install();
    var built = HOME.resolve("app/dist");
    if (!Files.isRegularFile(built.resolve("index.html"))) {
      npm("run", "build");
    }
    return built.toAbsolutePath();
  }

  private static void npm(String... arguments) {
    var command = Stream.concat(Stream.of("npm"), Stream.of(arguments)).toList();
    try (var npm = ChildProcess.start(HOME, Map.of(), command)) {
      int code = npm.ends(Duration.ofMinutes(4));
      if (code != 0) {
        throw new AssertionError(command + " failed with " + code + ":\n" + npm.output());
      }
    }
  }

  /// Starts one; answers when it is ready.
  public static Started start(String script, Map<String, String> environment) {
    install();
    var process = ChildProcess.start(HOME, environment, List.of("node", "servers/" + script));
    return new Started(process, process.says("READY ", Duration.ofSeconds(60)));
  }

  /// A server that listens.
  public record Started(ChildProcess process, String origin) implements AutoCloseable {
    @Override
    public void close() {
      process.close();
    }
  }
}
