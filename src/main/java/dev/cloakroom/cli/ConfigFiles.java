package dev.cloakroom.cli;

import dev.cloakroom.cli.line.Arguments;
import dev.cloakroom.cli.line.Option;
import dev.cloakroom.config.ConfigLoader;
import dev.cloakroom.config.Loaded;
import dev.cloakroom.config.text.Environment;

/// The option that names the configuration files.
final class ConfigFiles {
  static final Option NEEDED =
      Option.value(
              "config", "FILE", "Configuration file; later ones are laid on top of earlier ones.")
          .letter("c")
          .takes(Option.Takes.SEVERAL)
          .needed();

  private ConfigFiles() {}

  static Loaded load(Arguments arguments) {
    return load(arguments, NEEDED);
  }

  static Loaded load(Arguments arguments, Option option) {
    return ConfigLoader.load(arguments.paths(option), Environment.system());
  }
}
