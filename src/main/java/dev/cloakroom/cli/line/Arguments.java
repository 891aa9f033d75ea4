package dev.cloakroom.cli.line;

import static java.util.stream.Collectors.joining;

import dev.cloakroom.cli.line.Option.Takes;
import dev.cloakroom.config.text.Suggestions;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.MissingArgumentException;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.UnrecognizedOptionException;

/// What a command was given.
public final class Arguments {
  private final Syntax syntax;
  private final CommandLine words;

  private Arguments(Syntax syntax, CommandLine words) {
    this.syntax = syntax;
    this.words = words;
  }

  /// Takes the words apart. What is missing is not looked for: help may have been asked for.
  ///
  /// @throws Misuse where something is too much
  static Arguments read(Syntax syntax, List<String> given) {
    var options = new Options();
    syntax.all().forEach(option -> options.addOption(commons(option)));
    given.stream()
        .takeWhile(word -> !word.equals("--"))
        .filter(word -> looksLikeAnOption(word) && !isKnown(options, word))
        .findFirst()
        .ifPresent(
            word -> {
              throw unknown(syntax, word);
            });
    var parser =
        DefaultParser.builder()
            .setAllowPartialMatching(false)
            .setStripLeadingAndTrailingQuotes(false)
            .get();
    try {
      var words = parser.parse(options, given.toArray(String[]::new), false);
      return new Arguments(syntax, words).withoutExcess();
    } catch (MissingArgumentException e) {
      var option = e.getOption();
      throw new Misuse(
          "Missing required parameter for option '--%s' (%s)"
              .formatted(option.getLongOpt(), option.getArgName()));
    } catch (UnrecognizedOptionException e) {
      throw unfit(syntax, e.getOption());
    } catch (ParseException e) {
      throw new Misuse(e.toString());
    }
  }

  private static org.apache.commons.cli.Option commons(Option option) {
    var made =
        org.apache.commons.cli.Option.builder(option.letter().isEmpty() ? null : option.letter())
            .longOpt(option.name());
    return switch (option.takes()) {
      case NOTHING -> made.get();
      case ONE, ONE_EACH_TIME -> made.hasArg().argName(option.label()).get();
      case SEVERAL -> made.hasArgs().argName(option.label()).get();
    };
  }

  /// A number below zero looks like one and is none.
  private static boolean looksLikeAnOption(String word) {
    return word.length() > 1 && word.startsWith("-") && !Character.isDigit(word.charAt(1));
  }

  /// The parser takes an option that it does not know for a value of the one before.
  private static boolean isKnown(Options options, String word) {
    return word.startsWith("--")
        ? options.hasLongOption(nameOf(word).substring(2))
        : options.hasShortOption(word.substring(1, 2));
  }

  /// What stands behind the name may be a secret, meant for another option.
  private static String nameOf(String word) {
    return word.startsWith("--") ? word.replaceFirst("(?s)=.*", "") : word.substring(0, 2);
  }

  private static Misuse unfit(Syntax syntax, String word) {
    var name = nameOf(word);
    return syntax.all().stream().anyMatch(option -> name.equals("--" + option.name()))
        ? new Misuse("Option '" + name + "' takes no value")
        : unknown(syntax, word);
  }

  private static Misuse unknown(Syntax syntax, String word) {
    var names = syntax.all().stream().map(option -> "--" + option.name()).toList();
    return new Misuse(
        "Unknown option: '" + nameOf(word) + "'",
        Suggestions.nearest(nameOf(word), names)
            .map(near -> "Did you mean " + near + "?")
            .orElse(""));
  }

  private Arguments withoutExcess() {
    for (var option : syntax.options()) {
      if (option.takes() == Takes.ONE && texts(option).size() > 1) {
        throw new Misuse("Option '" + option.written() + "' should be specified only once");
      }
    }
    words.getArgList().stream()
        .skip(syntax.operand().isPresent() ? 1 : 0)
        .findFirst()
        .ifPresent(
            word -> {
              throw new Misuse("Unmatched argument: '" + word + "'");
            });
    return this;
  }

  /// @throws Misuse where something is missing
  Arguments complete() {
    var missing =
        syntax.options().stream().filter(option -> option.required() && !has(option)).toList();
    if (!missing.isEmpty()) {
      throw new Misuse(
          missing.stream()
              .map(option -> "'" + option.written() + "'")
              .collect(
                  joining(
                      ", ", "Missing required option" + (missing.size() == 1 ? ": " : "s: "), "")));
    }
    return this;
  }

  /// Whether an option is there.
  public boolean has(Option option) {
    return words.hasOption("--" + option.name());
  }

  /// All values of an option, in their order.
  public List<String> texts(Option option) {
    return Optional.ofNullable(words.getOptionValues("--" + option.name()))
        .map(List::of)
        .orElse(List.of());
  }

  /// The value of an option.
  public Optional<String> text(Option option) {
    return texts(option).stream().findFirst();
  }

  /// The whole number that is an option's value.
  ///
  /// @throws Misuse where it is something else
  public int number(Option option, int otherwise) {
    return text(option).map(text -> number(option, text)).orElse(otherwise);
  }

  private static int number(Option option, String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw invalid(option, "'" + text + "' is not an int");
    }
  }

  /// The files that are an option's values.
  ///
  /// @throws Misuse where one has no name
  public List<Path> paths(Option option) {
    return texts(option).stream().map(text -> path("--" + option.name(), text)).toList();
  }

  /// The file that is an option's value.
  ///
  /// @throws Misuse where it has no name
  public Optional<Path> path(Option option) {
    return paths(option).stream().findFirst();
  }

  private static Path path(String where, String text) {
    if (text.isEmpty()) {
      throw new Misuse(
          "The path for " + where + " is empty", "Name one. A variable that is not set is empty.");
    }
    return Path.of(text);
  }

  /// The URI that is an option's value.
  ///
  /// @throws Misuse where it is something else
  public Optional<URI> uri(Option option) {
    return text(option).map(text -> uri(option, text));
  }

  private static URI uri(Option option, String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw invalid(option, "not a URI: " + e.getReason()); // of which a part may be a password
    }
  }

  /// The one of these that is an option's value, in letters of either case.
  ///
  /// @throws Misuse where it is something else
  public <E extends Enum<E>> E choice(Option option, Class<E> of, E otherwise) {
    return text(option).map(text -> choice(option, of, text)).orElse(otherwise);
  }

  private static <E extends Enum<E>> E choice(Option option, Class<E> of, String text) {
    var all = List.of(of.getEnumConstants());
    return all.stream()
        .filter(one -> one.name().equals(text.toUpperCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                invalid(
                    option,
                    "expected one of " + all + " (case-insensitive) but was '" + text + "'"));
  }

  private static Misuse invalid(Option option, String problem) {
    return new Misuse("Invalid value for option '--" + option.name() + "': " + problem);
  }

  /// The word beside the options, as a file.
  ///
  /// @throws Misuse where it has no name
  public Optional<Path> operand() {
    return words.getArgList().stream()
        .findFirst()
        .map(text -> path(syntax.operand().orElseThrow().label(), text));
  }
}
