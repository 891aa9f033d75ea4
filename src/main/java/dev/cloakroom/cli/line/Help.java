package dev.cloakroom.cli.line;

import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingInt;

import dev.cloakroom.cli.line.Option.Takes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// The help of a command: for a terminal of 80 columns.
final class Help {
  private static final int WIDTH = 80;

  /// Beside a longer one, nothing would fit.
  private static final int WIDEST_OPTION = 20;

  private static final String INDENT = "      ";
  private static final String GAP = "   ";

  private final String name;
  private final Syntax syntax;
  private final List<Syntax> commands;

  private Help(String name, Syntax syntax, List<Syntax> commands) {
    this.name = name;
    this.syntax = syntax;
    this.commands = commands;
  }

  /// Of a program and its commands.
  static Help of(Syntax program, List<Syntax> commands) {
    return new Help(program.name(), program, commands);
  }

  /// Of one command.
  static Help of(String program, Syntax command) {
    return new Help(program + " " + command.name(), command, List.of());
  }

  /// All of it, ending in a newline.
  String text() {
    var text = new StringBuilder(synopsis());
    syntax.text().forEach(paragraph -> text.append(wrapped("", 0, List.of(paragraph.split(" ")))));
    options(text);
    if (!commands.isEmpty()) {
      text.append("Commands:\n");
      int width = commands.stream().mapToInt(command -> command.name().length()).max().orElse(0);
      commands.forEach(
          command ->
              text.append(
                  entry("  " + padded(command.name(), width) + "  ", command.text().getFirst())));
    }
    if (!syntax.exits().isEmpty()) {
      text.append("Exit codes:\n");
      syntax
          .exits()
          .forEach(exit -> text.append("  ").append(exit.replaceFirst(":", GAP)).append("\n"));
    }
    return text.toString();
  }

  // -- how it is written

  private String synopsis() {
    var start = "Usage: " + name + " ";
    var words = new ArrayList<>(List.of("[-hV]"));
    ordered(comparingInt(Help::place).thenComparing(Option::name))
        .map(Help::use)
        .forEach(words::add);
    words.remove("[--help]");
    words.remove("[--version]");
    syntax.operand().ifPresent(operand -> words.add("[" + operand.label() + "]"));
    if (!commands.isEmpty()) {
      words.add("COMMAND");
    }
    return wrapped(start, start.length(), words);
  }

  /// Flags first, what may be repeated last.
  private static int place(Option option) {
    return switch (option.takes()) {
      case NOTHING -> 0;
      case ONE -> 1;
      case ONE_EACH_TIME, SEVERAL -> 2;
    };
  }

  private static String use(Option option) {
    var written =
        option.letter().isEmpty() || option.takes() == Takes.NOTHING
            ? option.written()
            : "-" + option.letter() + "=" + option.label();
    var several = option.takes() == Takes.SEVERAL ? written + "..." : written;
    var needed = option.required() ? several : "[" + several + "]";
    return option.takes() == Takes.ONE_EACH_TIME ? needed + "..." : needed;
  }

  private Stream<Option> ordered(Comparator<Option> order) {
    return syntax.all().stream().sorted(order);
  }

  // -- what each option means

  private void options(StringBuilder text) {
    int width =
        syntax.all().stream()
            .mapToInt(option -> label(option).length())
            .filter(length -> length <= WIDEST_OPTION)
            .max()
            .orElse(0);
    syntax
        .operand()
        .ifPresent(
            operand -> text.append(option("", "[" + operand.label() + "]", width, operand.text())));
    ordered(comparing(Option::name))
        .forEach(
            option -> text.append(option(option.letter(), label(option), width, option.text())));
  }

  private static String label(Option option) {
    return option.written() + (option.takes() == Takes.SEVERAL ? "..." : "");
  }

  private static String option(String letter, String label, int width, String text) {
    var start = letter.isEmpty() ? INDENT : "  -" + letter + ", ";
    return label.length() <= width
        ? entry(start + padded(label, width) + GAP, text)
        : start + label + "\n" + entry(padded(INDENT, INDENT.length() + width) + GAP, text);
  }

  private static String entry(String start, String text) {
    return wrapped(start, start.length() + 2, List.of(text.split(" ")));
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  /// The words in lines.
  ///
  /// @param start how the first line begins
  /// @param indent by how much the others are indented
  private static String wrapped(String start, int indent, List<String> words) {
    var text = new StringBuilder();
    var line = new StringBuilder(start);
    var first = true;
    for (var word : words) {
      if (!first && line.length() + 1 + word.length() > WIDTH) {
        text.append(line).append("\n");
        line = new StringBuilder(" ".repeat(indent));
        first = true;
      }
      line.append(first ? "" : " ").append(word);
      first = false;
    }
    return text.append(line).append("\n").toString();
  }
}
