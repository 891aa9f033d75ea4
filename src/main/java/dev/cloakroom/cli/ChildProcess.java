package dev.cloakroom.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A program of `demo` or `dev` beside the gateway. It ends with this process: its standard input
/// closes then, however this process ends.
final class ChildProcess implements AutoCloseable {
  private static final String READY = "READY ";

  private final Process process;
  private final String name;
  private final CompletableFuture<String> url = new CompletableFuture<>();

  private ChildProcess(String name, Process process) {
    this.name = name;
    this.process = process;
  }

  /// Starts a program that says `READY <url>` once it listens; what else it says goes to `log`.
  static ChildProcess start(
      String name, Path directory, Path log, Map<String, String> settings, List<String> command)
      throws UserError {
    var builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(settings);
    try {
      var child = new ChildProcess(name, builder.start());
      Thread.ofPlatform().daemon().name(name).start(child::listen);
      return child;
    } catch (IOException e) {
      throw new UserError(name + " cannot be started: " + e.getMessage());
    }
  }

  private void listen() {
    try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
      lines
          .lines()
          .filter(line -> line.startsWith(READY))
          .forEach(line -> url.complete(line.substring(READY.length()).strip()));
    } catch (IOException | UncheckedIOException e) {
      url.completeExceptionally(e);
    }
    url.completeExceptionally(new IOException("it ended"));
  }

  /// The URL it listens on.
  String url(Duration patience, Path log) throws UserError, InterruptedException {
    try {
      return url.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      close();
      throw new UserError(name + " did not start; its messages are in " + log);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
  }
}
