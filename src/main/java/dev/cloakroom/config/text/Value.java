package dev.cloakroom.config.text;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// A node of the YAML tree, with its place. Immutable.
public sealed interface Value {
  Place place();

  /// A scalar.
  ///
  /// @param raw as written, references included
  /// @param text what it stands for, once references are resolved
  /// @param plain written without quotes: the text decides the type
  record Scalar(Place place, String raw, String text, boolean plain) implements Value {
    private static final Pattern NULL = Pattern.compile("~|null|Null|NULL|");
    private static final Pattern BOOLEAN = Pattern.compile("true|True|TRUE|false|False|FALSE");
    private static final Pattern NUMBER =
        Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?|0x[0-9a-fA-F]+");

    /// YAML's core schema.
    public Kind kind() {
      if (!plain) {
        return Kind.TEXT;
      }
      if (NULL.matcher(text).matches()) {
        return Kind.NULL;
      }
      if (BOOLEAN.matcher(text).matches()) {
        return Kind.BOOLEAN;
      }
      return NUMBER.matcher(text).matches() ? Kind.NUMBER : Kind.TEXT;
    }

    /// True when the text comes from the environment or a file.
    public boolean referenced() {
      return !raw.equals(text) && raw.contains("${");
    }
  }

  /// What the core schema makes of a scalar.
  enum Kind {
    NULL,
    BOOLEAN,
    NUMBER,
    TEXT
  }

  /// A list.
  record Items(Place place, List<Value> items) implements Value {
    public Items {
      items = List.copyOf(items);
    }
  }

  /// A map.
  record Entries(Place place, Map<String, Entry> entries) implements Value {
    public Entries {
      entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }

    /// This map with `over` laid on top: maps merge, everything else replaces, null deletes.
    public Entries under(Entries over) {
      var merged = new LinkedHashMap<>(entries);
      over.entries.forEach((name, entry) -> merged.merge(name, entry.deleting(), Entries::laid));
      return new Entries(over.place, merged);
    }

    private static Entry laid(Entry lower, Entry upper) {
      return lower.value instanceof Entries below && upper.value instanceof Entries above
          ? new Entry(upper.key, below.under(above))
          : upper;
    }
  }

  /// What a later file deleted, or a reference that could not be resolved: nobody's value.
  record Nothing(Place place) implements Value {}

  /// A key and its value.
  ///
  /// @param key where the key stands
  record Entry(Place key, Value value) {
    private Entry deleting() {
      return new Entry(key, deleting(value));
    }

    private static Value deleting(Value value) {
      return switch (value) {
        case Scalar scalar when scalar.kind() == Kind.NULL -> new Nothing(scalar.place);
        case Entries(var place, var entries) -> {
          var kept = new LinkedHashMap<String, Entry>();
          entries.forEach((name, entry) -> kept.put(name, entry.deleting()));
          yield new Entries(place, kept);
        }
        case Scalar _, Items _, Nothing _ -> value;
      };
    }
  }
}
