package dev.cloakroom.cli.line;

/// What a command line asks for.
public sealed interface Reading {
  /// A text to be printed: help, the version.
  record Text(String text) implements Reading {}

  /// Nothing that there is.
  ///
  /// @param text what is wrong, and what would be right
  record Wrong(String text) implements Reading {}

  /// A command.
  ///
  /// @param debug show stack traces
  record Call(Command command, Arguments arguments, boolean debug) implements Reading {}
}
