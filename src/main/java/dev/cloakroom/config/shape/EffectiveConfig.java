package dev.cloakroom.config.shape;

import dev.cloakroom.config.shape.Section.Setting;
import dev.cloakroom.config.text.Place;
import dev.cloakroom.config.text.Source;
import dev.cloakroom.config.text.Userinfo;
import dev.cloakroom.config.text.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Writes a configuration out as it is in effect: every key, with a comment that says where the
/// value comes from. Secrets are masked because of their type, never because of a key's name.
public final class EffectiveConfig {
  private final StringBuilder out = new StringBuilder();

  private EffectiveConfig() {}

  public static String yaml(Shape.Group group, Section section) {
    var writer = new EffectiveConfig();
    writer.section(group, section, "");
    return writer.out.toString();
  }

  private void section(Shape.Group group, Section section, String indent) {
    for (var key : group.keys()) {
      section.setting(key).ifPresent(setting -> key(key, setting, indent));
    }
  }

  private void key(Key<?> key, Setting<?> setting, String indent) {
    key(key, key.shape(), setting, indent);
  }

  private void key(Key<?> key, Shape<?> shape, Setting<?> setting, String indent) {
    switch (shape) {
      case Shape.Again<?>(var same, _) -> key(key, same, setting, indent);
      case Shape.Group group when setting.value() instanceof Section inner -> {
        int start = out.length();
        section(group, inner, indent + "  ");
        if (out.length() > start) {
          out.insert(start, indent + key.name() + ":\n");
        }
      }
      case Shape.Listed(var each) -> listed(key, each, (List<?>) setting.value(), indent);
      case Shape.Named(Shape.Group each, _) ->
          named(key, each, (Map<?, ?>) setting.value(), indent);
      case Shape.OrNone(var group)
          when setting.value() instanceof Optional<?> some
              && some.orElse(null) instanceof Section inner -> {
        out.append(indent).append(key.name()).append(":\n");
        section(group, inner, indent + "  ");
      }
      case Shape.Group _,
          Shape.OrNone _,
          Shape.Either<?> _,
          Shape.Typed _,
          Shape.Named<?> _,
          Shape.Many<?> _,
          Shape.Word<?> _ ->
          line(key, setting, indent);
    }
  }

  private void listed(Key<?> key, Shape.Group each, List<?> sections, String indent) {
    out.append(indent).append(key.name()).append(sections.isEmpty() ? ": []\n" : ":\n");
    for (var section : sections) {
      int start = out.length();
      section(each, (Section) section, indent + "    ");
      out.replace(start, start + indent.length() + 4, indent + "  - ");
    }
  }

  private void named(Key<?> key, Shape.Group each, Map<?, ?> sections, String indent) {
    out.append(indent).append(key.name()).append(sections.isEmpty() ? ": {}\n" : ":\n");
    sections.forEach(
        (name, section) -> {
          out.append(indent).append("  ").append(name).append(":\n");
          section(each, (Section) section, indent + "    ");
        });
  }

  private void line(Key<?> key, Setting<?> setting, String indent) {
    out.append(indent)
        .append(key.name())
        .append(": ")
        .append(flow(setting.shown(), key.shape().secret()))
        .append("  # ")
        .append(String.join(", ", origin(setting, key.shape().secret())))
        .append('\n');
  }

  private static List<String> origin(Setting<?> setting, boolean secret) {
    var origin = new ArrayList<String>();
    if (setting.byDefault()) {
      return List.of("default");
    }
    if (setting.shown() instanceof Value.Scalar scalar) {
      if (secret && !scalar.text().equals(Words.NONE)) {
        origin.add(scalar.text().length() + " chars");
      }
      if (scalar.raw().contains("${")) {
        origin.add(
            "from "
                + (secret && !isReference(scalar.raw())
                    ? "references"
                    : Userinfo.masked(scalar.raw())));
      }
    }
    origin.add(setting.place().toString());
    return origin;
  }

  private static boolean isReference(String raw) {
    return raw.matches("\\$\\{[^{}]*}") && !raw.contains(":-");
  }

  private static String flow(Value value, boolean secret) {
    return switch (value) {
      case Value.Scalar scalar -> scalar(scalar, secret);
      case Value.Items(_, var items) ->
          items.stream().map(i -> flow(i, secret)).collect(Collectors.joining(", ", "[", "]"));
      case Value.Entries(_, var entries) ->
          entries.entrySet().stream()
              .map(e -> quoted(e.getKey()) + ": " + flow(e.getValue().value(), secret))
              .collect(Collectors.joining(", ", "{", "}"));
      case Value.Nothing _ -> "null";
    };
  }

  private static String scalar(Value.Scalar scalar, boolean secret) {
    if (secret && !scalar.raw().equals(Words.NONE)) {
      return "\"***\"";
    }
    return scalar.kind() == Value.Kind.TEXT ? quoted(scalar.text()) : scalar.text();
  }

  private static String quoted(String text) {
    boolean bare =
        text.matches("[A-Za-z/_][A-Za-z0-9/_.:*-]*[A-Za-z0-9/_*-]|[A-Za-z/_]")
            && new Value.Scalar(Place.top(Source.builtIn()), text, text, true).kind()
                == Value.Kind.TEXT;
    return bare
        ? text
        : '"'
            + text.replace("\\", "\\\\")
                .replace("\"", "\\\"")
                .replace("\n", "\\n")
                .replace("$", "$$")
            + '"';
  }
}
