package dev.cloakroom.config.shape;

import dev.cloakroom.config.text.Value;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// What a value may look like, and what it becomes.
public sealed interface Shape<T> {
  /// The value as its type; empty when it does not fit, which is then a finding.
  Optional<T> bind(Value value, String path, Binder binder);

  JsonObject schema();

  /// For people: `duration`, `list of text`.
  String title();

  default boolean secret() {
    return false;
  }

  /// A scalar.
  ///
  /// @param kinds what the core schema may make of a literal; text is always allowed
  record Word<T>(
      String title,
      boolean secret,
      Set<Value.Kind> kinds,
      JsonObject schema,
      Function<Value.Scalar, Read<T>> reader)
      implements Shape<T> {
    @Override
    public Optional<T> bind(Value value, String path, Binder binder) {
      return binder.word(this, value, path);
    }
  }

  /// A list.
  ///
  /// @param alone what one scalar in its place means: the whole list, or words between spaces
  record Many<T>(Word<T> item, Alone alone) implements Shape<List<T>> {
    public enum Alone {
      REFUSED,
      ONE_ITEM,
      WORDS
    }

    @Override
    public Optional<List<T>> bind(Value value, String path, Binder binder) {
      var items = binder.items(value, path, alone);
      var bound = new ArrayList<T>();
      for (int i = 0; i < items.size(); i++) {
        item.bind(items.get(i), path + "[" + i + "]", binder).ifPresent(bound::add);
      }
      return bound.size() == items.size() && binder.isList(value, alone)
          ? Optional.of(List.copyOf(bound))
          : Optional.empty();
    }

    @Override
    public JsonObject schema() {
      var list = new JsonObject().put("type", "array").put("items", item.schema());
      return switch (alone) {
        case REFUSED -> list;
        case ONE_ITEM -> anyOf(item.schema(), list);
        case WORDS -> anyOf(new JsonObject().put("type", "string"), list);
      };
    }

    @Override
    public String title() {
      return "list of " + item.title();
    }

    @Override
    public boolean secret() {
      return item.secret();
    }
  }

  /// A map with names of the operator's own.
  ///
  /// @param name what such a name must match
  record Named<T>(Shape<T> each, String name) implements Shape<Map<String, T>> {
    @Override
    public Optional<Map<String, T>> bind(Value value, String path, Binder binder) {
      var bound = new LinkedHashMap<String, T>();
      var entries = binder.entries(value, path);
      entries.forEach(
          (own, entry) -> {
            if (!own.matches(name)) {
              binder.badName(own, entry, path);
            } else if (!(entry.value() instanceof Value.Nothing)) {
              each.bind(entry.value(), path + "." + own, binder)
                  .ifPresent(good -> bound.put(own, good));
            }
          });
      return Optional.of(Collections.unmodifiableMap(bound));
    }

    @Override
    public JsonObject schema() {
      return new JsonObject()
          .put("type", "object")
          .put("additionalProperties", false)
          .put("patternProperties", new JsonObject().put("^" + name + "$", each.schema()));
    }

    @Override
    public String title() {
      return "map of " + each.title();
    }
  }

  /// A section, or `none`.
  record OrNone(Group group) implements Shape<Optional<Section>> {
    @Override
    public Optional<Optional<Section>> bind(Value value, String path, Binder binder) {
      if (value instanceof Value.Scalar scalar && scalar.raw().equals(Words.NONE)) {
        return Optional.of(Optional.empty());
      }
      var section = group.bind(value, path, binder);
      return section.isPresent() ? Optional.of(section) : Optional.empty();
    }

    @Override
    public JsonObject schema() {
      return anyOf(new JsonObject().put("const", Words.NONE), group.schema());
    }

    @Override
    public String title() {
      return "section or none";
    }
  }

  /// A list of sections.
  record Listed(Group each) implements Shape<List<Section>> {
    @Override
    public Optional<List<Section>> bind(Value value, String path, Binder binder) {
      var items = binder.items(value, path, Many.Alone.REFUSED);
      var bound = new ArrayList<Section>();
      for (int i = 0; i < items.size(); i++) {
        each.bind(items.get(i), path + "[" + i + "]", binder).ifPresent(bound::add);
      }
      return Optional.of(List.copyOf(bound));
    }

    @Override
    public JsonObject schema() {
      return new JsonObject().put("type", "array").put("items", each.schema());
    }

    @Override
    public String title() {
      return "list";
    }
  }

  /// A list of maps in words that are not ours, each of which says of which `type` it is. As JSON.
  record Typed() implements Shape<String> {
    @Override
    public Optional<String> bind(Value value, String path, Binder binder) {
      var items = binder.items(value, path, Many.Alone.REFUSED);
      var all = new JsonArray();
      for (int i = 0; i < items.size(); i++) {
        binder.typed(items.get(i), path + "[" + i + "]").ifPresent(all::add);
      }
      return all.size() == items.size() && binder.isList(value, Many.Alone.REFUSED)
          ? Optional.of(all.encode())
          : Optional.empty();
    }

    @Override
    public JsonObject schema() {
      var word = new JsonObject().put("type", "string").put("minLength", 1);
      var each =
          new JsonObject()
              .put("type", "object")
              .put("required", JsonArray.of("type"))
              .put("properties", new JsonObject().put("type", word));
      return new JsonObject().put("type", "array").put("items", each);
    }

    @Override
    public String title() {
      return "list of maps";
    }
  }

  /// A section: a map with keys of ours.
  ///
  /// @param later keys that a later version will know: refused, but by name
  /// @param either paths of keys of which one has to be there, whichever of them are required
  record Group(List<Key<?>> keys, Set<String> later, List<String> either)
      implements Shape<Section> {
    public Group {
      keys = List.copyOf(keys);
      later = Set.copyOf(later);
      either = List.copyOf(either);
    }

    public static Group of(Key<?>... keys) {
      return new Group(List.of(keys), Set.of(), List.of());
    }

    /// The same section with `first` before its keys.
    public Group behind(List<Key<?>> first) {
      var all = new ArrayList<>(first);
      all.addAll(keys);
      return new Group(all, later, either);
    }

    public Group later(String... names) {
      return new Group(keys, Set.of(names), either);
    }

    public Group either(String... paths) {
      return new Group(keys, later, List.of(paths));
    }

    @Override
    public Optional<Section> bind(Value value, String path, Binder binder) {
      return binder.section(this, value, path);
    }

    @Override
    public JsonObject schema() {
      return JsonSchema.of(this);
    }

    @Override
    public String title() {
      return "section";
    }
  }

  /// The same as at another place of the file.
  ///
  /// @param path of the key it is the same as
  record Again<T>(Shape<T> shape, String path) implements Shape<T> {
    @Override
    public Optional<T> bind(Value value, String at, Binder binder) {
      return shape.bind(value, at, binder);
    }

    @Override
    public JsonObject schema() {
      return new JsonObject().put("$ref", "#/properties/" + path.replace(".", "/properties/"));
    }

    @Override
    public String title() {
      return "as `" + path + "`";
    }
  }

  /// A word, or a section in its place.
  record Either<T>(Word<T> word, Group group) implements Shape<Either.Picked<T>> {
    /// What was written.
    public sealed interface Picked<T> {
      record AsWord<T>(T value) implements Picked<T> {}

      record AsSection<T>(Section section) implements Picked<T> {}
    }

    @Override
    public Optional<Picked<T>> bind(Value value, String path, Binder binder) {
      return value instanceof Value.Entries
          ? group.bind(value, path, binder).map(Picked.AsSection::new)
          : word.bind(value, path, binder).map(Picked.AsWord::new);
    }

    @Override
    public JsonObject schema() {
      return anyOf(word.schema(), group.schema());
    }

    @Override
    public String title() {
      return word.title() + " | section";
    }
  }

  private static JsonObject anyOf(JsonObject... choices) {
    return new JsonObject().put("anyOf", new JsonArray(List.of(choices)));
  }
}
