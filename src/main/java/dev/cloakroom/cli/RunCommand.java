package dev.cloakroom.cli;

import dev.cloakroom.cli.line.Arguments;
import dev.cloakroom.cli.line.Command;
import dev.cloakroom.cli.line.Screen;
import dev.cloakroom.cli.line.Syntax;
import dev.cloakroom.config.Loaded;

/// `run`: the gateway, until it is told to stop.
final class RunCommand implements Command {
  @Override
  public Syntax syntax() {
    return Syntax.of(
            "run", "Runs the gateway until SIGTERM or SIGINT, then drains and exits with 0.")
        .with(ConfigFiles.NEEDED);
  }

  @Override
  public int run(Arguments arguments, Screen screen) throws UserError, InterruptedException {
    var loaded = ConfigFiles.load(arguments);
    var report = Report.of(loaded.findings(), Report.Format.TEXT);
    if (!report.isEmpty()) {
      screen.err().println(report);
    }
    return switch (loaded) {
      case Loaded.Ready ready -> {
        try (var process = GatewayProcess.start(ready, Observers.of(ready.log()))) {
          process.untilStopped(() -> {});
        }
        yield Main.WELL;
      }
      case Loaded.Faulty _ -> Main.INVALID;
    };
  }
}
