package dev.cloakroom.world;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A real Caddy, on a port of its own: the one `CADDY` names, one on the PATH, or the one in
/// Debian's package, which is unpacked below `target` and not installed. Without any of them a test
/// that needs it fails.
///
/// @spec https://caddyserver.com/docs/caddyfile Caddyfile
public final class Caddy implements AskingProxy {
  private static final int ATTEMPTS = 3;

  private final ChildProcess process;
  private final int port;

  private Caddy(ChildProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  /// Serves with these directives in the one site block.
  public static Caddy serves(String directives) {
    var program = Holder.PROGRAM;
    for (var attempt = 0; attempt < ATTEMPTS; attempt++) {
      var caddy = start(program, directives);
      if (caddy.process.listensAt(caddy.port)) {
        return caddy;
      }
      caddy.close(); // somebody else took the port
    }
    throw new AssertionError("caddy does not listen");
  }

  @Override
  public int port() {
    return port;
  }

  private static Caddy start(Path program, String directives) {
    try {
      var folder = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "caddy");
      int port = Ports.free();
      Files.writeString(
          folder.resolve("Caddyfile"),
          """
          {
            admin off
            auto_https off
            default_bind 127.0.0.1
          }
          http://:%d {
            %s
          }
          """
              .formatted(port, directives));
      var own = folder.toAbsolutePath().toString();
      return new Caddy(
          ChildProcess.start(
              folder,
              Map.of("HOME", own, "XDG_CONFIG_HOME", own, "XDG_DATA_HOME", own),
              List.of(
                  program.toString(), "run", "--config", "Caddyfile", "--adapter", "caddyfile")),
          port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.close();
  }

  /// Looks for the program once.
  private static final class Holder {
    private static final Path PROGRAM = Software.ofPackage("caddy", "usr/bin/caddy");
  }
}
