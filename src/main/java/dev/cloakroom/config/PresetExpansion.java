package dev.cloakroom.config;

import dev.cloakroom.config.preset.Presets;
import dev.cloakroom.config.shape.Key;
import dev.cloakroom.config.shape.Read;
import dev.cloakroom.config.shape.Shape;
import dev.cloakroom.config.text.Findings;
import dev.cloakroom.config.text.Place;
import dev.cloakroom.config.text.Source;
import dev.cloakroom.config.text.Value;
import dev.cloakroom.config.text.Value.Entries;
import dev.cloakroom.config.text.Value.Entry;
import dev.cloakroom.config.text.Value.Items;
import dev.cloakroom.config.text.Value.Nothing;
import dev.cloakroom.config.text.Value.Scalar;
import dev.cloakroom.config.text.YamlReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Lays what an operator wrote of a provider on top of its profile and its preset. The result is
/// bound and checked like any configuration; a value of a preset has its place in the preset's
/// file.
final class PresetExpansion {
  private static final String PRESET = PresetKeys.PRESET.name();
  private static final String ISSUER = ProviderKeys.ISSUER.name();
  private static final String DEFAULT = "or ";
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([a-z_]+)}");
  private static final Map<String, Key<String>> KNOWN =
      PresetKeys.PARAMETERS.stream().collect(Collectors.toMap(Key::name, key -> key));

  private final Findings findings;

  PresetExpansion(Findings findings) {
    this.findings = findings;
  }

  /// The parameters of a preset, by name: `required`, `optional`, or a default.
  static Map<String, String> rules(String text) {
    var rules = new LinkedHashMap<String, String>();
    var file = YamlReader.read(Source.builtIn(), text, new Findings());
    if (file.isPresent() && file.get() instanceof Entries entries) {
      section(entries, "parameters")
          .entries()
          .forEach(
              (name, rule) ->
                  rules.put(name, rule.value() instanceof Scalar scalar ? scalar.text() : ""));
    }
    return rules;
  }

  Entries expand(Entries root) {
    var providers = root.entries().get(Keys.PROVIDERS.name());
    if (providers == null || !(providers.value() instanceof Entries named)) {
      return root;
    }
    var expanded = new LinkedHashMap<String, Entry>();
    named
        .entries()
        .forEach(
            (name, entry) -> expanded.put(name, new Entry(entry.key(), provider(name, entry))));
    var all = new LinkedHashMap<>(root.entries());
    all.put(
        Keys.PROVIDERS.name(), new Entry(providers.key(), new Entries(named.place(), expanded)));
    return new Entries(root.place(), all);
  }

  private Value provider(String name, Entry entry) {
    if (!(entry.value() instanceof Entries own)) {
      return entry.value();
    }
    var written = ProfileExpansion.expand(own);
    var preset = written.entries().get(PRESET);
    if (preset == null) {
      unused(written, Set.of(), "needs a preset");
      return written;
    }
    var file = preset.value() instanceof Scalar scalar ? read(scalar) : Optional.<Entries>empty();
    return file.<Value>map(known -> laid(name, known, written, preset.key()))
        .orElseGet(() -> silenced(written, preset));
  }

  /// Without its preset a provider lacks much, which is not the mistake.
  private static Value silenced(Entries written, Entry preset) {
    var entries = new LinkedHashMap<>(written.entries());
    entries.putIfAbsent(ISSUER, new Entry(preset.key(), new Nothing(preset.key())));
    return new Entries(written.place(), entries);
  }

  private Optional<Entries> read(Scalar preset) {
    return Presets.find(preset.text())
        .map(
            text -> {
              var source =
                  new Source("preset " + preset.text(), Path.of(""), text.lines().toList());
              return (Entries) YamlReader.read(source, text, findings).orElseThrow();
            });
  }

  private Entries laid(String name, Entries file, Entries written, Place preset) {
    var parameters = new LinkedHashMap<String, Optional<String>>();
    for (var rule : section(file, "parameters").entries().entrySet()) {
      var value = value(rule.getKey(), rule.getValue().value(), written);
      if (value.isEmpty() && isRequired(rule.getValue().value())) {
        missing("providers." + name, rule.getKey(), preset);
        value = Optional.of("");
      }
      parameters.put(rule.getKey(), value);
    }
    unused(written, parameters.keySet(), "is no parameter of this preset");
    var settings = (Entries) filled(section(file, "settings"), parameters).orElseThrow();
    return settings.under(written);
  }

  private static Entries section(Entries file, String name) {
    var entry = file.entries().get(name);
    return entry != null && entry.value() instanceof Entries section
        ? section
        : new Entries(file.place(), Map.of());
  }

  private static boolean isRequired(Value rule) {
    return rule instanceof Scalar scalar && scalar.text().equals("required");
  }

  /// The value of a parameter; empty text for one that is wrong and has its finding from the
  /// binder, empty for one that is neither given nor has a default.
  private static Optional<String> value(String parameter, Value rule, Entries written) {
    var given = written.entries().get(parameter);
    if (given != null) {
      return Optional.of(
          given.value() instanceof Scalar scalar && fits(parameter, scalar) ? scalar.text() : "");
    }
    return rule instanceof Scalar scalar && scalar.text().startsWith(DEFAULT)
        ? Optional.of(scalar.text().substring(DEFAULT.length()))
        : Optional.empty();
  }

  private void missing(String provider, String parameter, Place preset) {
    var key = KNOWN.get(parameter);
    if (key != null) { // the others are keys that are missed in any case
      findings.error(
          preset,
          "missing-key",
          "'" + provider + "." + parameter + "' is missing: the preset needs it",
          key.hint());
    }
  }

  private static boolean fits(String parameter, Scalar scalar) {
    var key = KNOWN.get(parameter);
    return key == null
        || (key.shape() instanceof Shape.Word<String> word
            && word.reader().apply(scalar) instanceof Read.Fits<String>);
  }

  private void unused(Entries written, Set<String> used, String problem) {
    written
        .entries()
        .forEach(
            (name, entry) -> {
              if (KNOWN.containsKey(name) && !used.contains(name)) {
                var remedy = used.isEmpty() ? "" : "it has: " + String.join(", ", used);
                findings.error(
                    entry.key(), "unused-parameter", "'" + name + "' " + problem, remedy);
              }
            });
  }

  /// A value of the preset with its parameters filled in; empty when it depends on one that is not
  /// given.
  private static Optional<Value> filled(Value value, Map<String, Optional<String>> parameters) {
    return switch (value) {
      case Scalar scalar -> filled(scalar, parameters);
      case Items(var place, var items) -> {
        var kept = new ArrayList<Value>();
        items.forEach(item -> filled(item, parameters).ifPresent(kept::add));
        yield kept.isEmpty() ? Optional.empty() : Optional.of(new Items(place, List.copyOf(kept)));
      }
      case Entries(var place, var entries) -> {
        var kept = new LinkedHashMap<String, Entry>();
        entries.forEach(
            (name, entry) ->
                filled(entry.value(), parameters)
                    .ifPresent(good -> kept.put(name, new Entry(entry.key(), good))));
        yield kept.isEmpty() ? Optional.empty() : Optional.of(new Entries(place, kept));
      }
      case Nothing nothing -> Optional.of(nothing);
    };
  }

  private static Optional<Value> filled(Scalar scalar, Map<String, Optional<String>> parameters) {
    var used =
        PLACEHOLDER
            .matcher(scalar.text())
            .results()
            .map(match -> match.group(1))
            .filter(parameters::containsKey)
            .toList();
    var text = scalar.text();
    for (var name : used) {
      var value = parameters.getOrDefault(name, Optional.empty());
      if (value.isEmpty()) {
        return Optional.empty();
      }
      if (value.get().isEmpty()) {
        return Optional.of(new Nothing(scalar.place()));
      }
      text = text.replace("{" + name + "}", value.get());
    }
    return Optional.of(new Scalar(scalar.place(), text, text, scalar.plain()));
  }
}
