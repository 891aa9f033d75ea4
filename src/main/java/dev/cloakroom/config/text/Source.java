package dev.cloakroom.config.text;

import java.nio.file.Path;
import java.util.List;

/// A file that was read, kept for the lines that findings quote.
///
/// @param name the file as the operator named it
/// @param directory what relative paths in this file are relative to
public record Source(String name, Path directory, List<String> lines) {
  public Source {
    lines = List.copyOf(lines);
  }

  public static Source of(Path file, String text) {
    var parent = file.getParent();
    return new Source(
        file.toString(), parent == null ? Path.of("") : parent, text.lines().toList());
  }

  /// The place of values that stand in no file: defaults.
  public static Source builtIn() {
    return new Source("default", Path.of(""), List.of());
  }

  public String line(int number) {
    return number >= 1 && number <= lines.size() ? lines.get(number - 1) : "";
  }
}
