package dev.cloakroom.observe;

/// How the log looks and how much it says (`logging.*`).
///
/// @param access one line per request; what is refused or fails is logged in any case
public record LogSettings(Format format, boolean access) {
  /// The form of a line.
  public enum Format {
    /// Text on a terminal, JSON elsewhere.
    AUTO,
    JSON,
    TEXT
  }
}
