package dev.cloakroom.cli.line;

/// The arguments are not those of the command; its message says which.
public final class Misuse extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String hint;

  public Misuse(String problem) {
    this(problem, "");
  }

  Misuse(String problem, String hint) {
    super(problem, null, false, false);
    this.hint = hint;
  }

  /// What was probably meant; empty: nobody knows.
  String hint() {
    return hint;
  }
}
