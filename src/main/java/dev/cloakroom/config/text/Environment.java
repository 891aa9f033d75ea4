package dev.cloakroom.config.text;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// What loading a configuration may look at: environment variables and files. No network.
public interface Environment {
  /// The variable's value; empty when it is not set.
  Optional<String> variable(String name);

  /// The text of a file of at most one mebibyte, UTF-8.
  ///
  /// @throws IOException when it cannot be read or is larger
  String read(Path file) throws IOException;

  boolean isFile(Path file);

  boolean isDirectory(Path directory);

  /// This process's variables and this machine's files.
  static Environment system() {
    return new Environment() {
      private static final long MAX_BYTES = 1_048_576;

      @Override
      public Optional<String> variable(String name) {
        return Optional.ofNullable(System.getenv(name));
      }

      @Override
      public String read(Path file) throws IOException {
        try (var stream = Files.newInputStream(file)) {
          var bytes = stream.readNBytes((int) MAX_BYTES + 1);
          if (bytes.length > MAX_BYTES) {
            throw new IOException("larger than 1 MiB");
          }
          return new String(bytes, StandardCharsets.UTF_8);
        }
      }

      @Override
      public boolean isFile(Path file) {
        return Files.isReadable(file) && !Files.isDirectory(file);
      }

      @Override
      public boolean isDirectory(Path directory) {
        return Files.isDirectory(directory);
      }
    };
  }
}
