package dev.cloakroom.world;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// The model checker Spin and a C compiler: those on the PATH, or Debian's packages. A model is
/// searched completely, in a folder of its own.
///
/// @spec https://spinroot.com/spin/Man/ Spin manual
public final class Spin {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Pattern STATES = Pattern.compile("(?m)^\\s*(\\d+) states, stored");
  private static final Pattern ERRORS = Pattern.compile("errors: (\\d+)");
  private static final Pattern VIOLATION = Pattern.compile("(?m)^pan:\\d+: (.*) \\(at depth");

  private final String spin;
  private final String compiler;

  private Spin(String spin, String compiler) {
    this.spin = spin;
    this.compiler = compiler;
  }

  /// What came of a search.
  ///
  /// @param violation what Spin says is wrong; empty when nothing is
  /// @param unreached lines of the model that no order of events reaches
  public record Verdict(int states, Optional<String> violation, List<String> unreached) {
    public Verdict {
      unreached = List.copyOf(unreached);
    }
  }

  public static Spin find() {
    return new Spin(tool("spin", "spin"), tool("cc", "gcc", "libc6-dev"));
  }

  private static String tool(String name, String... packages) {
    return Software.onPath(name)
        .or(() -> Software.installs(packages) ? Software.onPath(name) : Optional.empty())
        .map(Path::toString)
        .orElseThrow(
            () ->
                new AssertionError(
                    "no "
                        + name
                        + ": install it (Debian: apt-get install "
                        + String.join(" ", packages)
                        + ")"));
  }

  /// Searches every state of the model with these macros (`NODES=3`) defined.
  public Verdict searches(Path model, List<String> macros) {
    try {
      var folder = Files.createDirectories(Path.of("target", "model"));
      var own = Files.createTempDirectory(folder, "search");
      var generate = new ArrayList<>(List.of(spin, "-a"));
      macros.forEach(macro -> generate.add("-D" + macro));
      generate.add(model.toAbsolutePath().toString());
      said(own, generate);
      said(own, List.of(compiler, "-O1", "-DSAFETY", "-w", "-o", "pan", "pan.c"));
      return verdict(
          said(own, List.of(own.resolve("pan").toAbsolutePath().toString(), "-m100000")));
    } catch (IOException e) {
      throw new AssertionError("no folder to work in", e);
    }
  }

  /// What a program that ends well says, from a file: a pipe may be read late.
  private static String said(Path folder, List<String> command) throws IOException {
    var output = folder.resolve("output.txt").toFile();
    var process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output)
            .start();
    try {
      boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      var text = Files.readString(output.toPath(), UTF_8);
      if (!ended || process.exitValue() != 0) {
        throw new AssertionError(String.join(" ", command) + ":\n" + text);
      }
      return text;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      process.destroyForcibly();
    }
  }

  private static Verdict verdict(String output) {
    var states = STATES.matcher(output);
    var errors = ERRORS.matcher(output);
    if (!states.find() || !errors.find() || output.contains("max search depth too small")) {
      throw new AssertionError("not a complete search:\n" + output);
    }
    var violation = VIOLATION.matcher(output);
    boolean wrong = !errors.group(1).equals("0");
    var what = wrong && violation.find() ? violation.group(1) : output;
    var unreached =
        output.lines().filter(line -> line.contains(".pml:") && line.contains(", state ")).toList();
    return new Verdict(
        Integer.parseInt(states.group(1)), wrong ? Optional.of(what) : Optional.empty(), unreached);
  }
}
