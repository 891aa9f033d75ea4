package dev.cloakroom.cli;

import dev.cloakroom.config.Loaded;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `config`: what is in effect.
@Command(
    name = "config",
    mixinStandardHelpOptions = true,
    description =
        "Prints the effective configuration: merged, defaults filled in, secrets masked, each value"
            + " with its origin.")
final class ConfigCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigFiles files;

  @Override
  public Integer call() {
    var loaded = files.load();
    var command = spec.commandLine();
    var report = Report.of(loaded.findings(), Report.Format.TEXT);
    if (!report.isEmpty()) {
      command.getErr().println(report);
    }
    return switch (loaded) {
      case Loaded.Ready ready -> {
        command.getOut().print(ready.effective());
        command.getOut().flush();
        yield Main.WELL;
      }
      case Loaded.Faulty _ -> Main.INVALID;
    };
  }
}
