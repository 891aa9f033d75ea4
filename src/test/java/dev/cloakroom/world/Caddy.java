package dev.cloakroom.world;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A real Caddy, on a port of its own: the one `CADDY` names, one on the PATH, or the one in
/// Debian's package, which is unpacked below `target` and not installed. Without any of them a test
/// that needs it fails.
///
/// @spec https://caddyserver.com/docs/caddyfile Caddyfile
public final class Caddy implements AutoCloseable {
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
      if (caddy.listens()) {
        return caddy;
      }
      caddy.close(); // somebody else took the port
    }
    throw new AssertionError("caddy does not listen");
  }

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

  private boolean listens() {
    try {
      Waiting.until("caddy", () -> !process.isAlive() || answers());
    } catch (AssertionError silent) {
      return false;
    }
    return process.isAlive();
  }

  private boolean answers() {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  @Override
  public void close() {
    process.close();
  }

  /// Looks for the program once.
  private static final class Holder {
    private static final Path PROGRAM = find();

    private static Path find() {
      return Software.named("CADDY")
          .or(() -> Software.onPath("caddy"))
          .or(Holder::unpacked)
          .orElseThrow(
              () ->
                  new AssertionError(
                      "no caddy: set CADDY to its path, or install one"
                          + " (Debian: apt-get install caddy)"));
    }

    private static Optional<Path> unpacked() {
      try {
        var folder = Files.createDirectories(Path.of("target", "caddy-package")).toAbsolutePath();
        var program = folder.resolve("usr/bin/caddy");
        boolean there = Files.isExecutable(program) || Software.unpacks("caddy", folder);
        return there ? Optional.of(program).filter(Files::isExecutable) : Optional.empty();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
