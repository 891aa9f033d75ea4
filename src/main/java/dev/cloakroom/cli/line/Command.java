package dev.cloakroom.cli.line;

/// A command.
public interface Command {
  /// What it may be given.
  Syntax syntax();

  /// Does it.
  ///
  /// @return the exit code
  /// @throws Misuse where the arguments do not go together
  /// @throws Exception any other failure
  int run(Arguments arguments, Screen screen) throws Exception;
}
