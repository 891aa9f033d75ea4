package dev.cloakroom.cli.line;

import java.io.PrintWriter;

/// Where a command says something.
///
/// @param out what was asked for
/// @param err all else
public record Screen(PrintWriter out, PrintWriter err) {}
