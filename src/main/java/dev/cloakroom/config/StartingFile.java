package dev.cloakroom.config;

import dev.cloakroom.config.preset.AuthorizeUrl;
import dev.cloakroom.config.preset.Presets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The file that `init` writes.
public final class StartingFile {
  private static final String PROVIDER =
      """
          issuer: https://id.example.com/realms/acme
          client_id: spa-gateway
          client_secret: ${file:/run/secrets/client_secret}   # or ${CLIENT_SECRET} from the environment
          scopes: [openid, profile]
      """;
  private static final String FRONT_END =
      """
        NAME:
          public_url: https://HOST.example.com   # the origin that browsers see; no two share a host
          providers: [main]
          routes:
            - path: /api/**                      # calls below /api go out with the user's access token
              upstream: http://HOST:8080
          spa:
            directory: /srv/NAME
      """;
  private static final String SECRET =
      "client_secret: ${file:/run/secrets/client_secret}   # or ${CLIENT_SECRET} from the environment";

  private StartingFile() {}

  /// The smallest useful configuration, with comments.
  public static String minimal() {
    return with(PROVIDER);
  }

  /// The same with a preset, its parameters at examples; empty for a name that is none.
  public static Optional<String> ofPreset(String name) {
    return Presets.find(name).map(text -> ofPreset(name, text));
  }

  private static String ofPreset(String name, String text) {
    var lines = new ArrayList<String>();
    lines.add("preset: " + name + comments(text));
    var rules = PresetExpansion.rules(text);
    for (var key : PresetKeys.PARAMETERS) {
      var rule = rules.get(key.name());
      if (rule != null) {
        lines.add(
            (rule.equals("required") ? "" : "# ") + key.name() + ": " + key.example().orElse("…"));
      }
    }
    if (name.equals("entra-id-multitenant")) {
      lines.add("allowed_tenants: " + DialectKeys.ALLOWED_TENANTS.example().orElseThrow());
    }
    if (name.equals("apple")) {
      lines.add("client_id: com.example.web   # the Services ID");
      lines.add("apple:");
      lines.add("  team_id: " + ClientKeys.TEAM_ID.example().orElseThrow());
      lines.add("  key_id: " + ClientKeys.KEY_ID.example().orElseThrow());
      lines.add("  private_key: " + ClientKeys.APPLE_PRIVATE_KEY.example().orElseThrow());
    } else {
      lines.add("client_id: spa-gateway");
      lines.add(SECRET);
    }
    return with(indented(lines));
  }

  /// Whether a front end may be called this.
  public static boolean mayName(String frontEnd) {
    return frontEnd.matches(FrontEndKeys.NAME);
  }

  /// A starting file with several front ends in place of the one.
  public static String apart(String text, Collection<String> frontEnds) {
    var shared =
        text.substring(0, text.indexOf("\nroutes:\n")).replaceFirst("(?m)^  public_url: .*\n", "");
    var each =
        frontEnds.stream()
            .map(
                name ->
                    FRONT_END
                        .replace("NAME", name)
                        .replace("HOST", name.replace('_', '-').replaceFirst("-+$", "")))
            .collect(Collectors.joining("\n"));
    return shared + "\nfront_ends:                              # strictly apart\n" + each;
  }

  /// What the preset's own file says about it.
  private static String comments(String text) {
    var comments = text.lines().takeWhile(line -> line.startsWith("#")).toList();
    return comments.isEmpty() ? "" : "\n" + String.join("\n", comments);
  }

  /// For a provider whose authorize URL was recognised.
  public static String of(AuthorizeUrl.Known found) {
    var lines = new ArrayList<String>();
    found.hints().forEach(hint -> lines.add("# To do: " + hint + "."));
    lines.add("preset: " + found.preset());
    found.settings().forEach((name, value) -> lines.add(name + ": " + value(name, value)));
    lines.add("client_id: " + quoted(found.clientId().orElse("spa-gateway")));
    lines.add(SECRET);
    scopes(found.scopes(), !found.preset().equals("github"))
        .ifPresent(
            scopes -> {
              lines.add("# As in the URL; without this line the preset's own are asked for:");
              lines.add(scopes);
            });
    return with(indented(lines));
  }

  /// For a provider that is not known: where its metadata may lie.
  public static String of(AuthorizeUrl.Unknown found) {
    var lines = new ArrayList<String>();
    lines.add(
        "# To do: the issuer is what " + found.origin() + "/…/.well-known/openid-configuration");
    lines.add("# says of itself (\"issuer\"), character by character.");
    lines.add("issuer: " + quoted(found.origin()));
    lines.add("client_id: " + quoted(found.clientId().orElse("spa-gateway")));
    lines.add(SECRET);
    scopes(found.scopes(), true).ifPresent(lines::add);
    return with(indented(lines));
  }

  private static String value(String name, String value) {
    return name.equals("allowed_tenants") ? "[" + quoted(value) + "]" : quoted(value);
  }

  private static Optional<String> scopes(List<String> scopes, boolean openid) {
    var words = new ArrayList<String>();
    if (openid && !scopes.isEmpty() && !scopes.contains("openid")) {
      words.add("openid");
    }
    scopes.stream()
        .filter(scope -> scope.matches("[!#-\\[\\]-~]+"))
        .forEach(scope -> words.add(quoted(scope)));
    return words.isEmpty()
        ? Optional.empty()
        : Optional.of("scopes: [" + String.join(", ", words) + "]");
  }

  /// A stranger's text as a YAML scalar: it adds no structure and refers to nothing.
  private static String quoted(String text) {
    var plain = new StringBuilder("\"");
    text.codePoints()
        .filter(point -> !Character.isISOControl(point))
        .forEach(
            point -> {
              switch (point) {
                case '"', '\\' -> plain.append('\\').appendCodePoint(point);
                case '$' -> plain.append("$$");
                default -> plain.appendCodePoint(point);
              }
            });
    return plain.append('"').toString();
  }

  private static String indented(List<String> lines) {
    return String.join("\n", lines).indent(4);
  }

  private static String with(String provider) {
    return """
        # yaml-language-server: $schema=./cloakroom.schema.json
        # Every key, its default and its meaning: cloakroom schema, or the README's reference.
        version: 1

        server:
          public_url: https://app.example.com   # the origin that browsers see
          port: 8080

        providers:
          main:
        """
        + provider
        + """

        routes:
          - path: /api/**                        # calls below /api go out with the user's access token
            upstream: http://orders:8080

        spa:
          directory: /srv/app                    # or dev_server: http://localhost:5173 (loopback only)
        """;
  }
}
