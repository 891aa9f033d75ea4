package dev.cloakroom.cli;

import dev.cloakroom.config.Loaded;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `check`: everything `run` checks, offline.
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description =
        "Validates a configuration; prints every finding. Exit code 0, or 2 when invalid.")
final class CheckCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigFiles files;

  @Option(
      names = "--format",
      defaultValue = "text",
      description = "text, json or github (annotations). Default: text.")
  private Report.Format format;

  @Override
  public Integer call() {
    var loaded = files.load();
    var out = spec.commandLine().getOut();
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
