package dev.cloakroom.config;

import dev.cloakroom.config.shape.Binder;
import dev.cloakroom.config.shape.EffectiveConfig;
import dev.cloakroom.config.text.Environment;
import dev.cloakroom.config.text.Findings;
import dev.cloakroom.config.text.Interpolation;
import dev.cloakroom.config.text.Place;
import dev.cloakroom.config.text.Source;
import dev.cloakroom.config.text.Value;
import dev.cloakroom.config.text.YamlReader;
import dev.cloakroom.observe.LogSettings;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Loads configuration files: read, merge, resolve references, bind, check, assemble. Everything
/// that is wrong is found in one go, as far as one error does not hide another. No network.
public final class ConfigLoader {
  private ConfigLoader() {}

  /// Later files are laid on top of earlier ones.
  public static Loaded load(List<Path> files, Environment environment) {
    var findings = new Findings();
    var tree = merged(files, environment, findings);
    if (tree.isEmpty()) {
      return new Loaded.Faulty(findings.all());
    }
    var interpolation = new Interpolation(environment, findings);
    var expanded = new PresetExpansion(findings).expand(interpolation.resolve(tree.get()));
    var resolved = FrontEndKeys.prepared(expanded);
    var root = new Binder(interpolation, findings).section(Keys.ROOT, resolved, "");
    root.ifPresent(section -> Checks.check(section, environment, findings));
    if (root.isEmpty() || findings.hasErrors()) {
      return new Loaded.Faulty(findings.all());
    }
    var config = Assembly.assemble(root.get(), findings);
    if (config.isEmpty()) {
      return new Loaded.Faulty(findings.all());
    }
    var log = root.get().get(Keys.LOGGING);
    return new Loaded.Ready(
        config.get(),
        new LogSettings(log.get(ServerKeys.LOG_FORMAT), log.get(ServerKeys.LOG_ACCESS)),
        findings.all(),
        Weakenings.of(root.get()),
        EffectiveConfig.yaml(Keys.ROOT, FrontEndKeys.shown(root.get())));
  }

  private static Optional<Value.Entries> merged(
      List<Path> files, Environment environment, Findings findings) {
    Optional<Value.Entries> merged = Optional.empty();
    boolean whole = true;
    for (var file : files) {
      var document = document(file, environment, findings);
      whole &= document.isPresent();
      if (document.isPresent()) {
        var upper = document.get();
        merged = Optional.of(merged.map(lower -> lower.under(upper)).orElse(upper));
      }
    }
    return whole ? merged : Optional.empty();
  }

  private static Optional<Value.Entries> document(
      Path file, Environment environment, Findings findings) {
    String text;
    try {
      text = environment.read(file);
    } catch (IOException e) {
      var why = e instanceof NoSuchFileException ? "does not exist" : "cannot be read";
      var place = Place.top(Source.of(file, ""));
      findings.error(place, "file-unreadable", "the file " + why, "");
      return Optional.empty();
    }
    var source = Source.of(file, text);
    return switch (YamlReader.read(source, text, findings)
        .orElse(new Value.Nothing(Place.top(source)))) {
      case Value.Entries entries -> Optional.of(entries);
      case Value.Nothing _ -> Optional.empty();
      case Value.Scalar(var place, _, _, _) -> notAMap(place, findings);
      case Value.Items(var place, _) -> notAMap(place, findings);
    };
  }

  private static Optional<Value.Entries> notAMap(Place place, Findings findings) {
    findings.error(place, "wrong-type", "the file must be a map, beginning with version: 1", "");
    return Optional.empty();
  }
}
