package dev.cloakroom.cli;

import dev.cloakroom.cli.line.Arguments;
import dev.cloakroom.cli.line.Command;
import dev.cloakroom.cli.line.Screen;
import dev.cloakroom.cli.line.Syntax;
import dev.cloakroom.config.Loaded;

/// `config`: what is in effect.
final class ConfigCommand implements Command {
  @Override
  public Syntax syntax() {
    return Syntax.of(
            "config",
            "Prints the effective configuration: merged, defaults filled in, secrets masked, each value"
                + " with its origin.")
        .with(ConfigFiles.NEEDED);
  }

  @Override
  public int run(Arguments arguments, Screen screen) {
    var loaded = ConfigFiles.load(arguments);
    var report = Report.of(loaded.findings(), Report.Format.TEXT);
    if (!report.isEmpty()) {
      screen.err().println(report);
    }
    return switch (loaded) {
      case Loaded.Ready ready -> {
        screen.out().print(ready.effective());
        screen.out().flush();
        yield Main.WELL;
      }
      case Loaded.Faulty _ -> Main.INVALID;
    };
  }
}
