package dev.cloakroom.config;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.cloakroom.config.text.Environment;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// Variables and files that exist on paper only.
final class PaperEnvironment implements Environment {
  private final Map<String, String> variables = new HashMap<>();
  private final Map<Path, String> files = new HashMap<>();
  private Predicate<Path> directories = _ -> false;

  @CanIgnoreReturnValue
  PaperEnvironment variable(String name, String value) {
    variables.put(name, value);
    return this;
  }

  @CanIgnoreReturnValue
  PaperEnvironment file(String path, String text) {
    files.put(Path.of(path), text);
    return this;
  }

  /// Every directory exists.
  PaperEnvironment withAnyDirectory() {
    directories = _ -> true;
    return this;
  }

  @Override
  public Optional<String> variable(String name) {
    return Optional.ofNullable(variables.get(name));
  }

  @Override
  public String read(Path file) throws IOException {
    var text = files.get(file);
    if (text == null) {
      throw new NoSuchFileException(file.toString());
    }
    return text;
  }

  @Override
  public boolean isFile(Path file) {
    return files.containsKey(file);
  }

  @Override
  public boolean isDirectory(Path directory) {
    return directories.test(directory);
  }
}
