package dev.cloakroom.config.text;

/// Where something stands, counted from one.
///
/// @param width how many columns the caret underlines; at least one
/// @param lastLine the line it ends on
public record Place(Source source, int line, int column, int width, int lastLine) {
  public static Place top(Source source) {
    return new Place(source, 1, 1, 1, 1);
  }

  public boolean touches(Source other, int number) {
    return source.name().equals(other.name()) && line <= number && number <= lastLine;
  }

  @Override
  public String toString() {
    return source.name() + ":" + line;
  }
}
