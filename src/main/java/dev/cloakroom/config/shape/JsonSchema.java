package dev.cloakroom.config.shape;

import dev.cloakroom.config.shape.Shape.Group;
import dev.cloakroom.config.text.Findings;
import dev.cloakroom.config.text.Source;
import dev.cloakroom.config.text.Value;
import dev.cloakroom.config.text.YamlReader;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;

/// The configuration as JSON Schema, for editors. Draft-07, which most of them support best.
public final class JsonSchema {
  private static final String ID = "https://cloakroom.dev/schema/1/cloakroom.schema.json";

  private JsonSchema() {}

  /// The whole schema, indented, with a newline at its end.
  public static String text(Group root) {
    var schema =
        new JsonObject()
            .put("$schema", "http://json-schema.org/draft-07/schema#")
            .put("$id", ID)
            .put("title", "Cloakroom configuration");
    return schema.mergeIn(of(root)).encodePrettily() + "\n";
  }

  public static JsonObject of(Group group) {
    var properties = new JsonObject();
    var required = new JsonArray();
    var oneOf = new JsonArray();
    for (var key : group.keys()) {
      properties.put(key.name(), described(key));
      key.twin().ifPresent(twin -> properties.put(twin, fileOf(key)));
      if (key.required() && key.twin().isPresent()) {
        oneOf.add(needs(key.name())).add(needs(key.twin().orElseThrow()));
      } else if (key.required() && !isChosen(group, key)) {
        required.add(key.name());
      }
    }
    var schema = new JsonObject().put("type", "object").put("additionalProperties", false);
    if (!required.isEmpty()) {
      schema.put("required", required);
    }
    if (!oneOf.isEmpty()) {
      schema.put("oneOf", oneOf);
    }
    if (!group.either().isEmpty()) {
      schema.put("anyOf", new JsonArray(group.either().stream().map(JsonSchema::path).toList()));
      group.either().forEach(path -> relax(properties, path));
    }
    return schema.put("properties", properties);
  }

  private static boolean isChosen(Group group, Key<?> key) {
    return group.either().stream()
        .anyMatch(path -> path.equals(key.name()) || path.startsWith(key.name() + "."));
  }

  /// That a path of at most two keys is there.
  private static JsonObject path(String path) {
    int dot = path.indexOf('.');
    if (dot < 0) {
      return needs(path);
    }
    var first = path.substring(0, dot);
    return needs(first)
        .put("properties", new JsonObject().put(first, needs(path.substring(dot + 1))));
  }

  /// What need not be there for itself is not required where it stands.
  private static void relax(JsonObject properties, String path) {
    int dot = path.indexOf('.');
    if (dot >= 0) {
      var section = properties.getJsonObject(path.substring(0, dot));
      var left = section.getJsonArray("required");
      left.remove(path.substring(dot + 1));
      if (left.isEmpty()) {
        section.remove("required");
      }
    }
  }

  private static JsonObject needs(String name) {
    return new JsonObject().put("required", new JsonArray().add(name));
  }

  private static JsonObject fileOf(Key<?> key) {
    return new JsonObject()
        .put("description", "A file that holds `" + key.name() + "`.")
        .put("type", "string");
  }

  private static JsonObject described(Key<?> key) {
    var schema = new JsonObject().put("description", key.doc());
    key.fallback()
        .filter(yaml -> !yaml.equals("{}"))
        .ifPresent(yaml -> schema.put("default", json(yaml)));
    key.example()
        .filter(yaml -> !yaml.equals("{}"))
        .ifPresent(yaml -> schema.put("examples", new JsonArray().add(json(yaml))));
    return schema.mergeIn(key.shape().schema());
  }

  private static Object json(String yaml) {
    var source = Source.builtIn();
    return json(YamlReader.read(source, yaml, new Findings()).orElseThrow());
  }

  private static Number number(String text) {
    if (text.startsWith("0x")) {
      return Long.decode(text);
    }
    return text.matches("[-+]?[0-9]{1,9}") ? Integer.valueOf(text) : new BigDecimal(text);
  }

  /// A value as JSON, references as they are.
  public static Object json(Value value) {
    return switch (value) {
      case Value.Scalar scalar ->
          switch (scalar.kind()) {
            case NUMBER -> number(scalar.text());
            case BOOLEAN -> Boolean.valueOf(scalar.text());
            case TEXT, NULL -> scalar.text();
          };
      case Value.Items(_, var items) ->
          new JsonArray(items.stream().map(JsonSchema::json).toList());
      case Value.Entries(_, var entries) -> {
        var object = new JsonObject();
        entries.forEach((name, entry) -> object.put(name, json(entry.value())));
        yield object;
      }
      case Value.Nothing _ -> "";
    };
  }
}
