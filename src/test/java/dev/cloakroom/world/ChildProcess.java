package dev.cloakroom.world;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// A process that a test starts, whose output it keeps, and which never outlives it.
public final class ChildProcess implements AutoCloseable {
  private final Process process;
  private final Queue<String> lines = new ConcurrentLinkedQueue<>();

  private ChildProcess(Process process) {
    this.process = process;
    Thread.ofVirtual().start(this::read);
    Runtime.getRuntime().addShutdownHook(new Thread(this::end));
  }

  public static ChildProcess start(
      Path directory, Map<String, String> environment, List<String> command) {
    var builder =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    try {
      return new ChildProcess(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(String.join(" ", command), e);
    }
  }

  private void read() {
    try (var reader = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      reader.lines().forEach(lines::add);
    } catch (UncheckedIOException | IOException e) {
      lines.add("(the output ended: " + e.getMessage() + ")");
    }
  }

  /// Waits until it answers at a port of loopback; false where it ends before, or stays silent.
  boolean listensAt(int port) {
    try {
      Waiting.until("port " + port, () -> !process.isAlive() || answersAt(port));
    } catch (AssertionError silent) {
      return false;
    }
    return process.isAlive();
  }

  private static boolean answersAt(int port) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  /// Waits for a line that begins so, and answers the rest of it.
  public String says(String beginning, Duration patience) {
    return line(beginning, patience, line -> line.startsWith(beginning))
        .substring(beginning.length())
        .strip();
  }

  /// Waits for a line with this in it.
  public String mentions(String part, Duration patience) {
    return line(part, patience, line -> line.contains(part));
  }

  private String line(String what, Duration patience, Predicate<String> wanted) {
    return Waiting.forA(
        "'" + what + "'",
        patience,
        () -> {
          var found = lines.stream().filter(wanted).findFirst();
          return found.isEmpty() && !process.isAlive() ? died() : found;
        });
  }

  private Optional<String> died() {
    throw new AssertionError("it ended:\n" + output());
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public String output() {
    return String.join("\n", lines);
  }

  /// Waits for its end; the exit code.
  public int ends(Duration patience) {
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("still running after " + patience + ":\n" + output());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void end() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  @Override
  public void close() {
    end();
  }
}
