package dev.cloakroom.cli;

import dev.cloakroom.config.ConfigLoader;
import dev.cloakroom.config.Environment;
import dev.cloakroom.config.Loaded;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/// The option that names the configuration files.
final class ConfigFiles {
  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      arity = "1..*",
      required = true,
      description = "Configuration file; later ones are laid on top of earlier ones.")
  private List<Path> files = List.of();

  Loaded load() {
    return ConfigLoader.load(files, Environment.system());
  }
}
