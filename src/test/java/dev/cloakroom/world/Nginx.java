package dev.cloakroom.world;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A real nginx in one process, on a port of its own: the one `NGINX` names, one on the PATH, or
/// the one in Debian's package, which is unpacked below `target` and not installed. Without any of
/// them a test that needs it fails.
///
/// @spec https://nginx.org/en/docs/ nginx documentation
public final class Nginx implements AskingProxy {
  private static final int ATTEMPTS = 3;

  private final ChildProcess process;
  private final Path folder;
  private final int port;

  private Nginx(ChildProcess process, Path folder, int port) {
    this.process = process;
    this.folder = folder;
    this.port = port;
  }

  /// Serves with these directives in the one `server` block, which has its `listen` already. Text
  /// before a line `---` goes into the `http` block instead.
  public static Nginx serves(String directives) {
    var program = Holder.PROGRAM;
    for (var attempt = 1; attempt < ATTEMPTS; attempt++) {
      var nginx = start(program, directives);
      if (nginx.process.listensAt(nginx.port)) {
        return nginx;
      }
      nginx.close(); // somebody else took the port
    }
    var last = start(program, directives);
    if (!last.process.listensAt(last.port)) {
      throw new AssertionError("nginx does not listen:\n" + last.log());
    }
    return last;
  }

  @Override
  public int port() {
    return port;
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /// What it said of errors.
  public String log() {
    try {
      var log = folder.resolve("error.log");
      return process.output() + (Files.exists(log) ? Files.readString(log) : "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Nginx start(Path program, String directives) {
    try {
      var folder = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "nginx");
      int port = Ports.free();
      Files.writeString(folder.resolve("nginx.conf"), configuration(port, directives));
      var own = folder.toAbsolutePath().toString();
      return new Nginx(
          ChildProcess.start(
              folder,
              Map.of(),
              List.of(program.toString(), "-p", own, "-c", "nginx.conf", "-e", "error.log")),
          folder,
          port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String configuration(int port, String directives) {
    int line = directives.indexOf("---\n");
    var http = line < 0 ? "" : directives.substring(0, line);
    var server = line < 0 ? directives : directives.substring(line + 4);
    return """
    daemon off;
    master_process off;
    pid nginx.pid;
    error_log error.log;
    events { worker_connections 512; }
    http {
      access_log off;
      client_body_temp_path body;
      proxy_temp_path proxy;
      fastcgi_temp_path fastcgi;
      uwsgi_temp_path uwsgi;
      scgi_temp_path scgi;
      %s
      server {
        listen 127.0.0.1:%d;
        %s
      }
    }
    """
        .formatted(http, port, server);
  }

  @Override
  public void close() {
    process.close();
  }

  /// Looks for the program once.
  private static final class Holder {
    private static final Path PROGRAM = Software.ofPackage("nginx", "usr/sbin/nginx");
  }
}
