package dev.cloakroom.config;

/// How the log looks (`logging.format`).
public enum LogFormat {
  /// Text on a terminal, JSON elsewhere.
  AUTO,
  JSON,
  TEXT
}
