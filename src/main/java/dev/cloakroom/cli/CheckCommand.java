package dev.cloakroom.cli;

import dev.cloakroom.cli.line.Arguments;
import dev.cloakroom.cli.line.Command;
import dev.cloakroom.cli.line.Option;
import dev.cloakroom.cli.line.Screen;
import dev.cloakroom.cli.line.Syntax;
import dev.cloakroom.config.Loaded;

/// `check`: everything `run` checks, offline.
final class CheckCommand implements Command {
  private static final Option FORMAT =
      Option.value("format", "<format>", "text, json or github (annotations). Default: text.");

  @Override
  public Syntax syntax() {
    return Syntax.of(
            "check",
            "Validates a configuration; prints every finding. Exit code 0, or 2 when invalid.")
        .with(ConfigFiles.NEEDED, FORMAT);
  }

  @Override
  public int run(Arguments arguments, Screen screen) {
    var format = arguments.choice(FORMAT, Report.Format.class, Report.Format.TEXT);
    var loaded = ConfigFiles.load(arguments);
    var out = screen.out();
    var report = Report.of(loaded.findings(), format);
    if (!report.isEmpty()) {
      out.println(report);
    }
    return switch (loaded) {
      case Loaded.Ready _ -> {
        if (format == Report.Format.TEXT && loaded.findings().isEmpty()) {
          out.println("The configuration is valid.");
        }
        yield Main.WELL;
      }
      case Loaded.Faulty _ -> Main.INVALID;
    };
  }
}
