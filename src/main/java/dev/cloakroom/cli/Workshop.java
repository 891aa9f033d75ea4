package dev.cloakroom.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// The repository `demo` and `dev` run from: its Node programs, its front end, its Maven wrapper.
///
/// @param home the repository
/// @param work where the command writes: logs, the generated configuration
record Workshop(Path home, Path work) {
  private static final Pattern NODE = Pattern.compile("v(\\d+)\\.(\\d+)\\..*");

  /// The repository this program was started from.
  static Workshop open(String command) throws UserError {
    var home = Path.of(System.getProperty("cloakroom.home", "")).toAbsolutePath();
    if (!Files.isDirectory(home.resolve("frontend-demo"))) {
      throw new UserError(
          "this needs the repository with its frontend-demo folder; start it there with"
              + " ./cloakroom "
              + command);
    }
    var work = home.resolve("target").resolve(command);
    try {
      Files.createDirectories(work);
    } catch (IOException e) {
      throw new UserError(work + " cannot be made");
    }
    return new Workshop(home, work);
  }

  Path frontend() {
    return home.resolve("frontend-demo");
  }

  Path log(String name) {
    return work.resolve(name + ".log");
  }

  /// Fails unless there is a Node that the front end's tools run on.
  void needsNode() throws UserError, InterruptedException {
    String version;
    try {
      var process = new ProcessBuilder("node", "--version").redirectErrorStream(true).start();
      version = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      process.waitFor();
    } catch (IOException e) {
      throw new UserError("this needs Node.js 20.19 or newer, and there is no node on the PATH");
    }
    if (!isRecent(version)) {
      throw new UserError("this needs Node.js 20.19 or newer; this one is " + version);
    }
  }

  static boolean isRecent(String version) {
    var match = NODE.matcher(version);
    if (!match.matches()) {
      return false;
    }
    int major = Integer.parseInt(match.group(1));
    int minor = Integer.parseInt(match.group(2));
    return switch (major) {
      case 20 -> minor >= 19;
      case 22 -> minor >= 12;
      default -> major > 22;
    };
  }

  boolean modulesAreStale() {
    return olderThan(
        frontend().resolve("node_modules/.package-lock.json"),
        List.of(frontend().resolve("package-lock.json")));
  }

  boolean pagesAreStale() {
    return olderThan(
        frontend().resolve("app/dist/index.html"),
        List.of(
            frontend().resolve("app/src"),
            frontend().resolve("app/index.html"),
            frontend().resolve("packages/client/src"),
            frontend().resolve("package-lock.json")));
  }

  private static boolean olderThan(Path made, List<Path> sources) {
    try {
      if (!Files.exists(made)) {
        return true;
      }
      var time = Files.getLastModifiedTime(made);
      for (var source : sources) {
        if (Files.exists(source) && newest(source).compareTo(time) > 0) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private static FileTime newest(Path tree) throws IOException {
    try (var files = Files.walk(tree)) {
      var newest = FileTime.fromMillis(0);
      for (var file : files.filter(Files::isRegularFile).toList()) {
        var time = Files.getLastModifiedTime(file);
        newest = time.compareTo(newest) > 0 ? time : newest;
      }
      return newest;
    }
  }

  /// Runs a command to its end.
  void run(Path directory, String logName, Map<String, String> environment, String... command)
      throws UserError, InterruptedException {
    var log = log(logName);
    int status;
    try {
      var builder =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile());
      builder.environment().putAll(environment);
      status = builder.start().waitFor();
    } catch (IOException e) {
      throw new UserError(command[0] + " cannot be started: " + e.getMessage());
    }
    if (status != 0) {
      throw new UserError("'" + String.join(" ", command) + "' failed; its messages are in " + log);
    }
  }
}
