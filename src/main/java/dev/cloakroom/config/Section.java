package dev.cloakroom.config;

import java.util.Map;
import java.util.Optional;

/// A map of the configuration, bound: for each key its value, where there is a good one.
final class Section {
  private final String path;
  private final Place place;
  private final Map<String, Setting<?>> settings;

  /// A value and where it comes from.
  ///
  /// @param shown the YAML it was read from, references resolved
  /// @param byDefault nobody wrote it
  record Setting<T>(T value, Value shown, boolean byDefault) {
    Place place() {
      return shown.place();
    }
  }

  Section(String path, Place place, Map<String, Setting<?>> settings) {
    this.path = path;
    this.place = place;
    this.settings = Map.copyOf(settings);
  }

  String path() {
    return path;
  }

  Place place() {
    return place;
  }

  /// The full name of a key in this section, as the operator would write it.
  String path(Key<?> key) {
    return path.isEmpty() ? key.name() : path + "." + key.name();
  }

  @SuppressWarnings("unchecked") // the binder puts under a key what the key's own shape has bound
  <T> Optional<Setting<T>> setting(Key<T> key) {
    return Optional.ofNullable((Setting<T>) settings.get(key.name()));
  }

  /// The setting, unless it is a default.
  <T> Optional<Setting<T>> written(Key<T> key) {
    return setting(key).filter(setting -> !setting.byDefault());
  }

  <T> Optional<T> find(Key<T> key) {
    return setting(key).map(Setting::value);
  }

  /// The value of a key that is required or has a default.
  ///
  /// @throws IllegalStateException when it is missing, which a configuration without errors rules
  ///   out
  <T> T get(Key<T> key) {
    return find(key).orElseThrow(() -> new IllegalStateException(path(key) + " has no value"));
  }
}
