package dev.cloakroom.cli;

import dev.cloakroom.cli.line.Command;
import dev.cloakroom.cli.line.Commands;
import dev.cloakroom.cli.line.Misuse;
import dev.cloakroom.cli.line.Reading;
import dev.cloakroom.cli.line.Screen;
import dev.cloakroom.cli.line.Syntax;
import java.io.PrintWriter;
import java.util.List;

/// The command line. Exit codes: 0 well, 2 invalid configuration or usage, 1 anything else.
public final class Main {
  static final int WELL = 0;
  static final int FAILED = 1;
  static final int INVALID = 2;

  private static final Syntax PROGRAM =
      Syntax.of(
          "cloakroom", "Puts login, sessions and API forwarding in front of your single-page app.");

  private Main() {}

  public static void main(String[] arguments) {
    var out = new PrintWriter(System.out, true, java.nio.charset.StandardCharsets.UTF_8);
    var err = new PrintWriter(System.err, true, java.nio.charset.StandardCharsets.UTF_8);
    System.exit(run(out, err, arguments));
  }

  /// Runs one command in this process.
  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    return run(new Screen(out, err), commands(), List.of(arguments));
  }

  /// Runs one of these commands in this process.
  static int run(Screen screen, List<Command> known, List<String> arguments) {
    var commands = new Commands(PROGRAM, version(), known);
    return switch (commands.read(arguments)) {
      case Reading.Text(var text) -> {
        say(screen.out(), text);
        yield WELL;
      }
      case Reading.Wrong(var text) -> {
        say(screen.err(), text);
        yield INVALID;
      }
      case Reading.Call call -> run(call, commands, screen);
    };
  }

  private static int run(Reading.Call call, Commands commands, Screen screen) {
    try {
      return call.command().run(call.arguments(), screen);
    } catch (Misuse e) {
      say(screen.err(), commands.wrong(call.command(), e).text());
      return INVALID;
    } catch (Exception e) {
      return failed(e, call.debug(), screen.err());
    }
  }

  private static void say(PrintWriter to, String text) {
    to.print(text);
    to.flush();
  }

  private static int failed(Exception failure, boolean debug, PrintWriter err) {
    var message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    err.println("cloakroom: " + message);
    if (debug) {
      failure.printStackTrace(err);
    } else if (!(failure instanceof UserError)) {
      err.println("Run it again with --debug for the details.");
    }
    return FAILED;
  }

  private static List<Command> commands() {
    return List.of(
        new DemoCommand(),
        new DevCommand(),
        new RunCommand(),
        new CheckCommand(),
        new ConfigCommand(),
        new SchemaCommand(),
        new InitCommand(),
        new KeygenCommand(),
        new RegisterCommand(),
        new RegistrationCommand(),
        new HealthCommand(),
        new DoctorCommand());
  }

  /// As the jar's manifest says.
  private static String version() {
    var version = Main.class.getPackage().getImplementationVersion();
    return "cloakroom " + (version == null ? "(from classes)" : version);
  }
}
