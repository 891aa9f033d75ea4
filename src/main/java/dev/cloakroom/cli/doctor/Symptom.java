package dev.cloakroom.cli.doctor;

/// One thing that was looked at.
///
/// @param where what was examined: `provider main`, `store`, `upstream http://orders:8080`
/// @param text what was seen; never a secret
/// @param remedy what to do; empty where nothing need be done
public record Symptom(Kind kind, String where, String text, String remedy) {
  /// How bad it is.
  public enum Kind {
    GOOD,
    /// Worth knowing; it works.
    NOTE,
    FAULT
  }

  static Symptom good(String where, String text) {
    return new Symptom(Kind.GOOD, where, text, "");
  }

  static Symptom note(String where, String text, String remedy) {
    return new Symptom(Kind.NOTE, where, text, remedy);
  }

  static Symptom fault(String where, String text, String remedy) {
    return new Symptom(Kind.FAULT, where, text, remedy);
  }

  public boolean isFault() {
    return kind == Kind.FAULT;
  }
}
