package dev.cloakroom.config.preset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// The presets this build brings along, as YAML text. A file has `parameters`, each of which is
/// `required`, `optional` or `or` and a default, and `settings`, the keys of a provider in which
/// `{name}` stands for a parameter. What depends on an optional parameter that is not given is left
/// out.
public final class Presets {
  private static final List<String> NAMES =
      List.of(
          "keycloak",
          "entra-id",
          "entra-id-multitenant",
          "entra-external-id",
          "azure-ad-b2c",
          "auth0",
          "okta",
          "cognito",
          "google",
          "duende",
          "zitadel",
          "authentik",
          "ory",
          "github",
          "apple");

  private Presets() {}

  /// Their names, in the order of the documentation.
  public static List<String> names() {
    return NAMES;
  }

  /// The text of a preset; empty for a name that is none.
  public static Optional<String> find(String name) {
    if (!NAMES.contains(name)) {
      return Optional.empty();
    }
    try (var stream =
        Objects.requireNonNull(Presets.class.getResourceAsStream(name + ".yaml"), name)) {
      return Optional.of(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
