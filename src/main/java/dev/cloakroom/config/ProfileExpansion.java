package dev.cloakroom.config;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/// Lays what an operator wrote of a provider on top of its security profile. Whatever the profile
/// sets has its place where the profile is named, so that a finding about it stands there.
final class ProfileExpansion {
  private static final String FAPI2 = "fapi2";

  private ProfileExpansion() {}

  static Entries expand(Entries written) {
    var profile = written.entries().get(ProviderKeys.PROFILE.name());
    if (profile == null || !(profile.value() instanceof Scalar name && name.text().equals(FAPI2))) {
      return written;
    }
    var settings = moved(read().entries(), name.place());
    if (bindsToCertificates(written)) {
      settings.remove(ClientKeys.DPOP.name());
    }
    return new Entries(name.place(), settings).under(written);
  }

  private static boolean bindsToCertificates(Entries written) {
    var bound = written.entries().get(ClientKeys.BOUND_TOKENS.name());
    return bound != null && bound.value() instanceof Scalar scalar && scalar.text().equals("true");
  }

  private static Entries read() {
    var file = "profile-" + FAPI2 + ".yaml";
    try (var stream =
        Objects.requireNonNull(ProfileExpansion.class.getResourceAsStream(file), file)) {
      var text = new String(stream.readAllBytes(), UTF_8);
      return (Entries) YamlReader.read(Source.builtIn(), text, new Findings()).orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Value moved(Value value, Place place) {
    return switch (value) {
      case Scalar scalar -> new Scalar(place, scalar.raw(), scalar.text(), scalar.plain());
      case Items(_, var items) ->
          new Items(place, items.stream().map(item -> moved(item, place)).toList());
      case Entries(_, var entries) -> new Entries(place, moved(entries, place));
      case Nothing _ -> new Nothing(place);
    };
  }

  private static Map<String, Entry> moved(Map<String, Entry> entries, Place place) {
    var moved = new LinkedHashMap<String, Entry>();
    entries.forEach(
        (name, entry) -> moved.put(name, new Entry(place, moved(entry.value(), place))));
    return moved;
  }
}
