package dev.cloakroom.config.text;

import java.util.ArrayList;
import java.util.List;

/// One thing that is wrong, or doubtful, with a configuration: what, where, and what to do. It
/// holds no secret: secret values in the quoted line are masked.
///
/// @param code a stable name of the kind of finding
/// @param line counted from one, as is `column`
/// @param width how many columns the caret underlines
/// @param quote the line of the file; empty where there is none
/// @param remedy what to do; may be empty
public record Finding(
    Severity severity,
    String code,
    String file,
    int line,
    int column,
    int width,
    String quote,
    String problem,
    String remedy) {

  /// Of a longer line, only so many characters around the place.
  private static final int SHOWN = 160;

  /// Whether the gateway starts all the same.
  public enum Severity {
    ERROR,
    WARNING;

    @Override
    public String toString() {
      return this == ERROR ? "error" : "warning";
    }
  }

  public boolean isError() {
    return severity == Severity.ERROR;
  }

  /// `2 errors, 1 warning`.
  public static String summary(List<Finding> findings) {
    long errors = findings.stream().filter(Finding::isError).count();
    long warnings = findings.size() - errors;
    var parts = new ArrayList<String>();
    if (errors > 0) {
      parts.add(errors + (errors == 1 ? " error" : " errors"));
    }
    if (warnings > 0) {
      parts.add(warnings + (warnings == 1 ? " warning" : " warnings"));
    }
    return parts.isEmpty() ? "no findings" : String.join(", ", parts);
  }

  /// The finding as a terminal shows it: one line, then the quoted line with a caret.
  public String text() {
    var head = "%s:%d:%d: %s[%s]: %s".formatted(file, line, column, severity, code, problem);
    if (quote.isBlank()) {
      return remedy.isEmpty() ? head : head + " (" + remedy + ")";
    }
    int from = Math.max(0, Math.min(column - 1 - SHOWN / 2, quote.length() - SHOWN));
    var shown = quote.substring(from, Math.min(quote.length(), from + SHOWN));
    int underlined = Math.clamp(from + SHOWN + 1L - column, 1, width);
    var caret = " ".repeat(column - 1 - from) + "^".repeat(underlined);
    return "%s%n%5d | %s%n      | %s %s"
        .formatted(head, line, shown, caret, remedy)
        .stripTrailing()
        .replace("\r\n", "\n");
  }
}
