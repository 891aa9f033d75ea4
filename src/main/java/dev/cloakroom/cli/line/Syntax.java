package dev.cloakroom.cli.line;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What may stand on a command's line, and what its help says.
///
/// @param name the command's
/// @param text its description, by paragraph
/// @param options its own
/// @param operand the one word that may stand beside the options
/// @param exits exit codes and what they mean; empty: not worth a list
public record Syntax(
    String name,
    List<String> text,
    List<Option> options,
    Optional<Operand> operand,
    List<String> exits) {
  /// Options of every command.
  static final Option DEBUG = Option.flag("debug", "Show stack traces of unexpected failures.");

  static final Option HELP = Option.flag("help", "Show this help message and exit.").letter("h");
  static final Option VERSION =
      Option.flag("version", "Print version information and exit.").letter("V");

  /// A word beside the options.
  public record Operand(String label, String text) {}

  public Syntax {
    text = List.copyOf(text);
    options = List.copyOf(options);
    exits = List.copyOf(exits);
  }

  /// A command without options.
  public static Syntax of(String name, String... text) {
    return new Syntax(name, List.of(text), List.of(), Optional.empty(), List.of());
  }

  /// With these options.
  public Syntax with(Option... options) {
    return new Syntax(name, text, List.of(options), operand, exits);
  }

  /// With a word beside the options.
  public Syntax with(Operand operand) {
    return new Syntax(name, text, options, Optional.of(operand), exits);
  }

  /// With a list of exit codes.
  public Syntax exits(String... exits) {
    return new Syntax(name, text, options, operand, List.of(exits));
  }

  /// Its own options and those of every command.
  List<Option> all() {
    return Stream.concat(options.stream(), Stream.of(DEBUG, HELP, VERSION)).toList();
  }
}
