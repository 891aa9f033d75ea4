package dev.cloakroom.config;

import dev.cloakroom.config.shape.JsonSchema;
import dev.cloakroom.config.shape.Key;
import dev.cloakroom.config.shape.Shape;
import dev.cloakroom.config.shape.Shape.Group;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/// The list of all keys, as a JSON Schema, as a table for the README and as an example file.
public final class Reference {
  private Reference() {}

  /// The JSON Schema, for editors; indented, with a newline at its end.
  public static String schema() {
    return JsonSchema.text(Keys.ROOT);
  }

  /// A Markdown table: key, type, default, meaning.
  public static String markdown() {
    var lines = new ArrayList<String>();
    lines.add("| key | type | default | meaning |");
    lines.add("| --- | --- | --- | --- |");
    each(Keys.ROOT, "", (path, key) -> lines.add(row(path, key)));
    return String.join("\n", lines) + "\n";
  }

  private static String row(String path, Key<?> key) {
    var twin = key.twin().map(_ -> " (or `" + key.name() + "_file`)").orElse("");
    return "| `%s`%s | %s | %s | %s |"
        .formatted(
            path,
            twin,
            key.shape().title().replace("|", "\\|"),
            fallback(key),
            key.doc().replace("|", "\\|"));
  }

  private static String fallback(Key<?> key) {
    if (key.required()) {
      return "required";
    }
    return key.fallback().map(yaml -> "`" + yaml + "`").or(key::note).orElse("");
  }

  /// Visits every key that holds a value.
  private static void each(Group group, String prefix, BiConsumer<String, Key<?>> visitor) {
    for (var key : group.keys()) {
      var path = prefix + key.name();
      switch (key.shape()) {
        case Group inner -> each(inner, path + ".", visitor);
        case Shape.Listed(var inner) -> each(inner, path + "[].", visitor);
        case Shape.Named(Group inner, _) -> each(inner, path + ".<name>.", visitor);
        case Shape.OrNone(var inner) -> {
          visitor.accept(path, key);
          each(inner, path + ".", visitor);
        }
        case Shape.Either<?>(_, var inner) -> {
          visitor.accept(path, key);
          each(inner, path + ".", visitor);
        }
        case Shape.Again<?> _, Shape.Named<?> _, Shape.Typed _, Shape.Many<?> _, Shape.Word<?> _ ->
            visitor.accept(path, key);
      }
    }
  }

  /// A file with every key at its default, or else at an example, each with its meaning.
  public static String example() {
    var lines = new ArrayList<String>();
    lines.add("# yaml-language-server: $schema=./cloakroom.schema.json");
    lines.add("# Every key: those with a default stand at it, the others at an example.");
    example(Keys.ROOT, "", lines);
    return String.join("\n", lines) + "\n";
  }

  private static void example(Group group, String indent, List<String> lines) {
    for (var key : group.keys()) {
      switch (key.shape()) {
        case Group inner -> {
          int first = lines.size();
          lines.add(indent + key.name() + ":");
          example(inner, indent + "  ", lines);
          asAlternative(key, first, indent, lines);
        }
        case Shape.Listed(var inner) -> {
          lines.add(indent + key.name() + ":");
          int first = lines.size();
          example(inner, indent + "    ", lines);
          dash(lines, first, indent);
        }
        case Shape.Named(Group inner, _) -> {
          int first = lines.size();
          lines.add(indent + key.name() + ":");
          lines.add(indent + "  main:");
          example(inner, indent + "    ", lines);
          asAlternative(key, first, indent, lines);
        }
        case Shape.OrNone _ -> {
          leaf(key, indent, lines);
          key.example().ifPresent(yaml -> lines.add(indent + "# " + key.name() + ": " + yaml));
        }
        case Shape.Again<?> _,
            Shape.Either<?> _,
            Shape.Named<?> _,
            Shape.Typed _,
            Shape.Many<?> _,
            Shape.Word<?> _ ->
            leaf(key, indent, lines);
      }
    }
  }

  /// What cannot stand beside the rest is a comment.
  private static void asAlternative(Key<?> key, int first, String indent, List<String> lines) {
    if (key.equals(Keys.FRONT_ENDS) || key.equals(ClientKeys.APPLE_KEY)) {
      lines
          .subList(first, lines.size())
          .replaceAll(line -> indent + "# " + line.substring(indent.length()));
    }
  }

  /// The first line below `first` that holds a key begins the list's item.
  private static void dash(List<String> lines, int first, String indent) {
    for (int i = first; i < lines.size(); i++) {
      if (!lines.get(i).stripLeading().startsWith("#")) {
        lines.set(i, indent + "  - " + lines.get(i).stripLeading());
        return;
      }
    }
  }

  private static void leaf(Key<?> key, String indent, List<String> lines) {
    var value = key.fallback().or(key::example).orElse("…");
    boolean alternative = key.equals(ServerKeys.DEV_SERVER) || PresetKeys.ALL.contains(key);
    key.note().ifPresent(note -> lines.add(indent + "# Default: " + note + "."));
    lines.add(indent + "# " + key.doc());
    lines.add(indent + (alternative ? "# " : "") + key.name() + ": " + value);
  }
}
