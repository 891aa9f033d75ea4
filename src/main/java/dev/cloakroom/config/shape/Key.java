package dev.cloakroom.config.shape;

import java.util.Optional;

/// One key of the configuration, described once: the binder, the JSON Schema, the reference table,
/// the example and the suggestions are all made from this.
///
/// @param fallback the default, as YAML
/// @param note the default in words, where it is computed
/// @param example a value worth showing, as YAML
public record Key<T>(
    String name,
    Shape<T> shape,
    boolean required,
    Optional<String> fallback,
    Optional<String> note,
    Optional<String> example,
    String doc) {

  /// An optional key without a default.
  public static <T> Key<T> of(String name, Shape<T> shape, String doc) {
    return new Key<>(name, shape, false, Optional.empty(), Optional.empty(), Optional.empty(), doc);
  }

  /// A key that must be there.
  public static <T> Key<T> required(String name, Shape<T> shape, String example, String doc) {
    return new Key<>(
        name, shape, true, Optional.empty(), Optional.empty(), Optional.of(example), doc);
  }

  public Key<T> or(String yaml) {
    return new Key<>(name, shape, false, Optional.of(yaml), note, example, doc);
  }

  public Key<T> orComputed(String words) {
    return new Key<>(name, shape, false, fallback, Optional.of(words), example, doc);
  }

  public Key<T> like(String yaml) {
    return new Key<>(name, shape, required, fallback, note, Optional.of(yaml), doc);
  }

  /// What to write, for somebody who has not written this key.
  public String hint() {
    return example
        .filter(yaml -> !yaml.equals("{}"))
        .map(yaml -> "like " + name + ": " + yaml)
        .orElse(doc);
  }

  /// The name of the key that names a file with this secret; empty for what is no secret.
  public Optional<String> twin() {
    return shape.secret() ? Optional.of(name + "_file") : Optional.empty();
  }
}
