package dev.cloakroom.upstream.exchange;

/// Takes the fields of a head, one after the other.
@FunctionalInterface
public interface FieldSink {
  /// Adds a field beside those that are there.
  void add(CharSequence name, CharSequence value);
}
