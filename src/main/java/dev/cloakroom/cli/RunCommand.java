package dev.cloakroom.cli;

import dev.cloakroom.config.Loaded;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `run`: the gateway, until it is told to stop.
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = "Runs the gateway until SIGTERM or SIGINT, then drains and exits with 0.")
final class RunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigFiles files;

  @Override
  public Integer call() throws UserError, InterruptedException {
    var loaded = files.load();
    var report = Report.of(loaded.findings(), Report.Format.TEXT);
    if (!report.isEmpty()) {
      spec.commandLine().getErr().println(report);
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
