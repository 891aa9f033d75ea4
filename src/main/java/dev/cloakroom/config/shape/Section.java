package dev.cloakroom.config.shape;

import dev.cloakroom.config.text.Place;
import dev.cloakroom.config.text.Value;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// A map of the configuration, bound: for each key its value, where there is a good one.
public final class Section {
  private final String path;
  private final Place place;
  private final Map<String, Setting<?>> settings;

  /// A value and where it comes from.
  ///
  /// @param shown the YAML it was read from, references resolved
  /// @param byDefault nobody wrote it
  public record Setting<T>(T value, Value shown, boolean byDefault) {
    public Place place() {
      return shown.place();
    }
  }

  public Section(String path, Place place, Map<String, Setting<?>> settings) {
    this.path = path;
    this.place = place;
    this.settings = Map.copyOf(settings);
  }

  /// The same section with another setting, or without one.
  public <T> Section with(Key<T> key, Optional<Setting<T>> setting) {
    var changed = new LinkedHashMap<>(settings);
    changed.remove(key.name());
    setting.ifPresent(other -> changed.put(key.name(), other));
    return new Section(path, place, changed);
  }

  /// The same section with a section inside it changed, where it has one.
  public Section changed(Key<Section> key, UnaryOperator<Section> change) {
    return with(
        key,
        setting(key)
            .map(old -> new Setting<>(change.apply(old.value()), old.shown(), old.byDefault())));
  }

  /// This section with whatever somebody wrote in `over` in its place.
  public Section under(Section over) {
    var merged = new LinkedHashMap<>(settings);
    over.settings.forEach(
        (name, setting) -> {
          if (!setting.byDefault()) {
            merged.put(name, setting);
          }
        });
    return new Section(path, place, merged);
  }

  public String path() {
    return path;
  }

  public Place place() {
    return place;
  }

  /// The full name of a key in this section, as the operator would write it.
  public String path(Key<?> key) {
    return path.isEmpty() ? key.name() : path + "." + key.name();
  }

  @SuppressWarnings("unchecked") // the binder puts under a key what the key's own shape has bound
  public <T> Optional<Setting<T>> setting(Key<T> key) {
    return Optional.ofNullable((Setting<T>) settings.get(key.name()));
  }

  /// The setting, unless it is a default.
  public <T> Optional<Setting<T>> written(Key<T> key) {
    return setting(key).filter(setting -> !setting.byDefault());
  }

  public <T> Optional<T> find(Key<T> key) {
    return setting(key).map(Setting::value);
  }

  /// The value of a key that is required or has a default.
  ///
  /// @throws IllegalStateException when it is missing, which a configuration without errors rules
  ///   out
  public <T> T get(Key<T> key) {
    return find(key).orElseThrow(() -> new IllegalStateException(path(key) + " has no value"));
  }
}
