package dev.cloakroom.cli.line;

/// An option of a command.
///
/// @param name without its dashes
/// @param letter its short form; empty: none
/// @param label what its value is called; empty for a flag
/// @param text what help says of it
public record Option(
    String name, String letter, String label, Takes takes, boolean required, String text) {
  /// What follows it.
  public enum Takes {
    NOTHING,
    /// One value; to be given once.
    ONE,
    /// One value; to be given as often as needed.
    ONE_EACH_TIME,
    /// One value or more, up to the next option.
    SEVERAL
  }

  /// It is there or not.
  public static Option flag(String name, String text) {
    return new Option(name, "", "", Takes.NOTHING, false, text);
  }

  /// It has one value.
  public static Option value(String name, String label, String text) {
    return new Option(name, "", label, Takes.ONE, false, text);
  }

  /// With a short form.
  public Option letter(String letter) {
    return new Option(name, letter, label, takes, required, text);
  }

  /// With other values.
  public Option takes(Takes takes) {
    return new Option(name, letter, label, takes, required, text);
  }

  /// It has to be there.
  public Option needed() {
    return new Option(name, letter, label, takes, true, text);
  }

  /// As it is written: `--config=FILE`.
  String written() {
    return "--" + name + (takes == Takes.NOTHING ? "" : "=" + label);
  }
}
