package dev.cloakroom.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/// The command line. Exit codes: 0 well, 2 invalid configuration or usage, 1 anything else.
@Command(
    name = "cloakroom",
    description = "Puts login, sessions and API forwarding in front of your single-page app.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      DevCommand.class,
      RunCommand.class,
      CheckCommand.class,
      ConfigCommand.class,
      SchemaCommand.class,
      InitCommand.class,
      KeygenCommand.class,
      RegisterCommand.class,
      HealthCommand.class,
      DoctorCommand.class
    })
public final class Main {
  static final int WELL = 0;
  static final int FAILED = 1;
  static final int INVALID = 2;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show stack traces of unexpected failures.")
  private boolean debug;

  private Main() {}

  public static void main(String[] arguments) {
    var out = new PrintWriter(System.out, true, java.nio.charset.StandardCharsets.UTF_8);
    var err = new PrintWriter(System.err, true, java.nio.charset.StandardCharsets.UTF_8);
    System.exit(run(out, err, arguments));
  }

  /// Runs one command in this process.
  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    var main = new Main();
    return new CommandLine(main)
        .setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler((failure, command, _) -> main.failed(failure, command))
        .execute(arguments);
  }

  private int failed(Exception failure, CommandLine command) {
    var message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    command.getErr().println("cloakroom: " + message);
    if (debug) {
      failure.printStackTrace(command.getErr());
    } else if (!(failure instanceof UserError)) {
      command.getErr().println("Run it again with --debug for the details.");
    }
    return FAILED;
  }
}
