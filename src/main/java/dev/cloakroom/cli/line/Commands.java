package dev.cloakroom.cli.line;

import dev.cloakroom.config.text.Suggestions;
import java.util.List;
import java.util.Optional;

/// The commands of a program.
public final class Commands {
  private final Syntax program;
  private final String version;
  private final List<Command> commands;

  /// @param program its name and what it is for
  /// @param version what `--version` says
  public Commands(Syntax program, String version, List<Command> commands) {
    this.program = program;
    this.version = version;
    this.commands = List.copyOf(commands);
  }

  /// Reads a command line.
  public Reading read(List<String> line) {
    int options = (int) line.stream().takeWhile(word -> word.startsWith("-")).count();
    try {
      var general = Arguments.read(program, line.subList(0, options));
      var told = told(general, help());
      if (told.isPresent()) {
        return told.get();
      }
      if (options == line.size()) {
        throw new Misuse("Missing required subcommand");
      }
      var debug = general.has(Syntax.DEBUG);
      return read(find(line.get(options)), line.subList(options + 1, line.size()), debug);
    } catch (Misuse misuse) {
      return wrong(misuse, help());
    }
  }

  private Command find(String name) {
    return commands.stream()
        .filter(command -> command.syntax().name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new Misuse(
                    "Unknown command: '" + name + "'",
                    Suggestions.nearest(name, names())
                        .map(near -> "Did you mean " + program.name() + " " + near + "?")
                        .orElse("")));
  }

  private List<String> names() {
    return commands.stream().map(command -> command.syntax().name()).toList();
  }

  private Reading read(Command command, List<String> given, boolean debug) {
    try {
      var arguments = Arguments.read(command.syntax(), given);
      return told(arguments, help(command))
          .orElseGet(
              () ->
                  new Reading.Call(
                      command, arguments.complete(), debug || arguments.has(Syntax.DEBUG)));
    } catch (Misuse misuse) {
      return wrong(command, misuse);
    }
  }

  private Optional<Reading> told(Arguments arguments, Help help) {
    if (arguments.has(Syntax.HELP)) {
      return Optional.of(new Reading.Text(help.text()));
    }
    return arguments.has(Syntax.VERSION)
        ? Optional.of(new Reading.Text(version + "\n"))
        : Optional.empty();
  }

  /// What to say of a misuse that a command has found.
  public Reading.Wrong wrong(Command command, Misuse misuse) {
    return wrong(misuse, help(command));
  }

  /// All of the help would bury a hint.
  private static Reading.Wrong wrong(Misuse misuse, Help help) {
    var rest = misuse.hint().isEmpty() ? help.text() : misuse.hint() + "\n";
    return new Reading.Wrong(misuse.getMessage() + "\n" + rest);
  }

  private Help help() {
    return Help.of(program, commands.stream().map(Command::syntax).toList());
  }

  private Help help(Command command) {
    return Help.of(program.name(), command.syntax());
  }
}
