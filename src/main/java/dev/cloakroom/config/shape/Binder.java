package dev.cloakroom.config.shape;

import dev.cloakroom.config.shape.Section.Setting;
import dev.cloakroom.config.text.Findings;
import dev.cloakroom.config.text.Interpolation;
import dev.cloakroom.config.text.Place;
import dev.cloakroom.config.text.Source;
import dev.cloakroom.config.text.Suggestions;
import dev.cloakroom.config.text.Value;
import dev.cloakroom.config.text.Value.Entry;
import dev.cloakroom.config.text.Value.Kind;
import dev.cloakroom.config.text.YamlReader;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Binds a tree of values to the descriptors: unknown keys, wrong types and missing values become
/// findings, and binding goes on behind them.
public final class Binder {

  private static final Pattern PURE_REFERENCE =
      Pattern.compile("\\$\\{((file|sealed):[^}]*|(env:)?[A-Za-z_][A-Za-z0-9_]*)}");

  private static final Pattern PEM_BLOCK =
      Pattern.compile("-----BEGIN [A-Z ]+-----[^-]*-----END [A-Z ]+-----");

  private final Interpolation interpolation;
  private final Findings findings;

  public Binder(Interpolation interpolation, Findings findings) {
    this.interpolation = interpolation;
    this.findings = findings;
  }

  public Optional<Section> section(Shape.Group group, Value value, String path) {
    if (!(value instanceof Value.Entries map)) {
      wrongType(value, path, "a section with keys of its own");
      return Optional.empty();
    }
    var entries = withoutTwins(group, map.entries(), path);
    var meant = unknownKeys(group, entries, path);
    var settings = new LinkedHashMap<String, Setting<?>>();
    for (var key : group.keys()) {
      var entry = Optional.ofNullable(entries.get(key.name()));
      bind(key, entry, meant.contains(key.name()), map.place(), path)
          .ifPresent(setting -> settings.put(key.name(), setting));
    }
    return Optional.of(new Section(path, map.place(), settings));
  }

  private <T> Optional<Setting<T>> bind(
      Key<T> key, Optional<Entry> entry, boolean meant, Place section, String path) {
    var name = path.isEmpty() ? key.name() : path + "." + key.name();
    if (entry.isPresent() && !(entry.get().value() instanceof Value.Nothing)) {
      var value = entry.get().value();
      if (value instanceof Value.Scalar scalar && scalar.kind() == Kind.NULL) {
        findings.error(
            entry.get().key(),
            "no-value",
            "'" + name + "' has no value",
            "write one, or remove it");
        return Optional.empty();
      }
      return key.shape().bind(value, name, this).map(good -> new Setting<>(good, value, false));
    }
    if (key.required() && entry.isEmpty() && !meant) {
      var where = new Place(section.source(), section.line(), section.column(), 1, section.line());
      var twin = key.twin().map(t -> " or " + t).orElse("");
      findings.error(where, "missing-key", "'" + name + "'" + twin + " is missing", key.hint());
    }
    return key.fallback().flatMap(yaml -> fallback(key, yaml, name));
  }

  private <T> Optional<Setting<T>> fallback(Key<T> key, String yaml, String name) {
    var source = Source.builtIn();
    var value =
        YamlReader.read(source, yaml, findings).orElse(new Value.Nothing(Place.top(source)));
    return key.shape().bind(value, name, this).map(good -> new Setting<>(good, value, true));
  }

  /// The entries with `x_file: path` replaced by `x: ` the file's text.
  private Map<String, Entry> withoutTwins(
      Shape.Group group, Map<String, Entry> entries, String path) {
    var plain = new LinkedHashMap<>(entries);
    for (var key : group.keys()) {
      var entry = key.twin().map(plain::remove).orElse(null);
      if (entry != null && plain.containsKey(key.name())) {
        var both = "'" + key.name() + "' and '" + key.name() + "_file' are both set";
        findings.error(entry.key(), "contradiction", both, "remove one");
      } else if (entry != null && entry.value() instanceof Value.Scalar file) {
        plain.put(key.name(), new Entry(entry.key(), fileText(key, file)));
      } else if (entry != null) {
        wrongType(entry.value(), path + "." + key.name() + "_file", "the path of a file");
      }
    }
    return plain;
  }

  private Value fileText(Key<?> key, Value.Scalar file) {
    var place = file.place();
    var path = place.source().directory().resolve(file.text());
    var raw = "${file:" + file.text() + "}";
    var text = interpolation.file(path, place);
    if (text.isEmpty()) {
      return new Value.Nothing(place);
    }
    if (!(key.shape() instanceof Shape.Many<?>)) {
      return new Value.Scalar(place, raw, text.get(), false);
    }
    return new Value.Items(
        place,
        items(text.get()).<Value>map(item -> new Value.Scalar(place, raw, item, false)).toList());
  }

  /// A list in a file: PEM blocks, else lines.
  private static Stream<String> items(String text) {
    return text.contains("-----BEGIN ")
        ? PEM_BLOCK.matcher(text).results().map(MatchResult::group)
        : text.lines().filter(line -> !line.isBlank());
  }

  /// Reports unknown keys; answers the keys that the operator probably meant by them.
  private Set<String> unknownKeys(Shape.Group group, Map<String, Entry> entries, String path) {
    var known = new ArrayList<String>();
    for (var key : group.keys()) {
      known.add(key.name());
      key.twin().ifPresent(known::add);
    }
    var meant = new HashSet<String>();
    entries.forEach(
        (name, entry) -> {
          if (!known.contains(name) && !switchedOff(group, name, entry)) {
            var nearest = Suggestions.nearest(name, known);
            if (Findings.soundsSecret(name + nearest.orElse(""))) {
              findings.hide(entry.value().place());
            }
            nearest.ifPresent(near -> meant.add(near.replaceFirst("_file$", "")));
            unknownKey(name, entry, group.later().contains(name), path, nearest, known);
          }
        });
    return meant;
  }

  /// A feature of a later version, switched off: already what the file asks for.
  private static boolean switchedOff(Shape.Group group, String name, Entry entry) {
    return group.later().contains(name)
        && entry.value() instanceof Value.Scalar scalar
        && (scalar.text().equals("none") || scalar.text().equals("off"));
  }

  private void unknownKey(
      String name,
      Entry entry,
      boolean later,
      String path,
      Optional<String> nearest,
      List<String> known) {
    var owner = path.isEmpty() ? "the configuration" : path;
    if (later) {
      var problem = "'" + name + "' of " + owner + " is not available in this version";
      findings.error(entry.key(), "not-available", problem, "remove it");
      return;
    }
    findings.error(
        entry.key(),
        "unknown-key",
        "'" + name + "' is not a key of " + owner,
        nearest
            .map(near -> "did you mean '" + near + "'?")
            .orElse(known.size() > 12 ? "" : "known: " + String.join(", ", known)));
  }

  public <T> Optional<T> word(Shape.Word<T> shape, Value value, String path) {
    if (shape.secret() && !(value instanceof Value.Scalar scalar && harmless(scalar))) {
      findings.hide(value.place());
    }
    if (value instanceof Value.Nothing) {
      return Optional.empty();
    }
    if (!(value instanceof Value.Scalar scalar)) {
      wrongType(value, path, article(shape.title()));
      return Optional.empty();
    }
    if (!fitsKind(shape, scalar)) {
      return Optional.empty();
    }
    return switch (shape.reader().apply(scalar)) {
      case Read.Fits<T>(var good) -> {
        warnOfLiteral(shape, scalar, path);
        yield Optional.of(good);
      }
      case Read.Misfit<T>(var code, var problem, var remedy) -> {
        findings.error(scalar.place(), code, named(shape, scalar) + " " + problem, remedy);
        yield Optional.empty();
      }
    };
  }

  /// Written as a reference and nothing else, or as `none`: no secret in itself.
  private static boolean harmless(Value.Scalar scalar) {
    return scalar.raw().equals(Words.NONE) || PURE_REFERENCE.matcher(scalar.raw()).matches();
  }

  private void warnOfLiteral(Shape.Word<?> shape, Value.Scalar scalar, String path) {
    if (shape.secret() && !harmless(scalar)) {
      findings.warning(
          scalar.place(),
          "literal-secret",
          path + " is written out",
          "use ${NAME} or ${file:/path}, so that the file can be shown to others");
    }
  }

  private boolean fitsKind(Shape.Word<?> shape, Value.Scalar scalar) {
    if (scalar.kind() == Kind.TEXT
        || shape.kinds().contains(scalar.kind())
        || textual(shape, scalar)) {
      return true;
    }
    var remedy = shape.kinds().isEmpty() ? "put it in quotes" : "write " + article(shape.title());
    var kind =
        switch (scalar.kind()) {
          case NUMBER -> "a number";
          case BOOLEAN -> "true or false";
          case NULL, TEXT -> "empty";
        };
    findings.error(
        scalar.place(),
        "wrong-type",
        named(shape, scalar) + " is " + kind + ", where " + article(shape.title()) + " belongs",
        scalar.kind() == Kind.NULL ? "write a value" : remedy);
    return false;
  }

  /// What comes from the environment is text wherever text belongs, though it looks like a number.
  private static boolean textual(Shape.Word<?> shape, Value.Scalar scalar) {
    return scalar.referenced() && shape.kinds().isEmpty();
  }

  /// The value as a message may show it: never a secret, and nothing that a reference brought in.
  private static String named(Shape.Word<?> shape, Value.Scalar scalar) {
    if (shape.secret()) {
      return "the value";
    }
    return scalar.referenced() ? "the value of " + scalar.raw() : "'" + scalar.text() + "'";
  }

  public Map<String, Entry> entries(Value value, String path) {
    if (value instanceof Value.Entries map) {
      return map.entries();
    }
    wrongType(value, path, "a map");
    return Map.of();
  }

  public List<Value> items(Value value, String path, Shape.Many.Alone alone) {
    return switch (value) {
      case Value.Items(_, var items) -> items;
      case Value.Scalar scalar when alone == Shape.Many.Alone.ONE_ITEM -> List.of(scalar);
      case Value.Scalar scalar when alone == Shape.Many.Alone.WORDS -> words(scalar);
      case Value.Scalar _, Value.Entries _ -> {
        wrongType(value, path, "a list");
        yield List.of();
      }
      case Value.Nothing _ -> List.of();
    };
  }

  public boolean isList(Value value, Shape.Many.Alone alone) {
    return value instanceof Value.Items
        || (value instanceof Value.Scalar && alone != Shape.Many.Alone.REFUSED);
  }

  private static List<Value> words(Value.Scalar scalar) {
    return Arrays.stream(scalar.text().strip().split("\\s+"))
        .<Value>map(word -> new Value.Scalar(scalar.place(), word, word, false))
        .toList();
  }

  /// A map that says of which type it is, as JSON. Nothing in it may be empty.
  public Optional<JsonObject> typed(Value value, String path) {
    if (!(value instanceof Value.Entries(_, var entries))) {
      wrongType(value, path, "a map");
      return Optional.empty();
    }
    if (!(entries.get("type") instanceof Entry(_, Value.Scalar type))
        || type.kind() != Kind.TEXT
        || type.text().isEmpty()) {
      findings.error(value.place(), "missing-key", "'" + path + ".type' is missing", "");
      return Optional.empty();
    }
    return hasNoHole(value, path)
        ? Optional.of((JsonObject) JsonSchema.json(value))
        : Optional.empty();
  }

  private boolean hasNoHole(Value value, String path) {
    return switch (value) {
      case Value.Scalar scalar when scalar.kind() == Kind.NULL -> {
        findings.error(scalar.place(), "no-value", path + " has a key without a value", "");
        yield false;
      }
      case Value.Scalar _ -> true;
      case Value.Nothing _ -> false;
      case Value.Items(_, var items) -> items.stream().allMatch(item -> hasNoHole(item, path));
      case Value.Entries(_, var entries) ->
          entries.values().stream().allMatch(entry -> hasNoHole(entry.value(), path));
    };
  }

  public void badName(String name, Entry entry, String path) {
    findings.error(
        entry.key(),
        "bad-name",
        "'" + name + "' cannot be a name in " + path,
        "use small letters, digits, - and _, and begin with a letter");
  }

  private void wrongType(Value value, String path, String wanted) {
    if (!(value instanceof Value.Nothing)) {
      findings.error(value.place(), "wrong-type", path + " must be " + wanted, "");
    }
  }

  private static String article(String title) {
    if (title.contains("|")) {
      return "one of " + title;
    }
    if (title.startsWith("a ") || title.startsWith("an ")) {
      return title;
    }
    return ("aeiou".indexOf(title.charAt(0)) >= 0 ? "an " : "a ") + title;
  }
}
