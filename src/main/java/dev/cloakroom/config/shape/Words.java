package dev.cloakroom.config.shape;

import static dev.cloakroom.config.shape.Read.fits;
import static dev.cloakroom.config.shape.Read.misfit;

import dev.cloakroom.config.text.Suggestions;
import dev.cloakroom.config.text.Value;
import dev.cloakroom.config.text.Value.Kind;
import dev.cloakroom.crypto.Secret;
import dev.cloakroom.jose.DecryptionKeys;
import dev.cloakroom.jose.SigningKey;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/// The scalar types of the configuration.
public final class Words {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
  private static final Pattern SIZE = Pattern.compile("(\\d{1,9})(B|KiB|MiB|GiB)?");
  private static final Map<String, Integer> SIZE_SHIFT =
      Map.of("B", 0, "KiB", 10, "MiB", 20, "GiB", 30);
  private static final Duration LONGEST = Duration.ofDays(400);
  private static final int KEY_BYTES = 32;
  public static final String NONE = "none";

  private Words() {}

  public static Shape.Word<String> text() {
    return text("text", ".*", "");
  }

  /// Text that matches `pattern` as a whole.
  public static Shape.Word<String> text(String title, String pattern, String remedy) {
    var schema = new JsonObject().put("type", "string");
    if (!pattern.equals(".*")) {
      schema.put("pattern", "^(" + pattern + ")$|\\$\\{");
    }
    return new Shape.Word<>(
        title,
        false,
        Set.of(),
        schema,
        scalar ->
            scalar.text().isBlank()
                ? misfit("no-value", "is empty", "write " + title)
                : scalar.text().matches(pattern)
                    ? fits(scalar.text())
                    : misfit("bad-value", "is not " + title, remedy));
  }

  /// Any scalar, as text.
  public static Shape.Word<String> anything() {
    var types = new JsonArray().add("string").add("number").add("boolean");
    return new Shape.Word<>(
        "text",
        false,
        Set.of(Kind.NUMBER, Kind.BOOLEAN),
        new JsonObject().put("type", types),
        scalar -> fits(scalar.text()));
  }

  public static Shape.Word<Integer> integer(int least, int most) {
    var schema = new JsonObject().put("type", "integer").put("minimum", least).put("maximum", most);
    return new Shape.Word<>(
        "number",
        false,
        Set.of(Kind.NUMBER),
        orReference(schema),
        scalar -> number(scalar, least, most));
  }

  private static Read<Integer> number(Value.Scalar scalar, int least, int most) {
    if (scalar.kind() != Kind.NUMBER) {
      return misfit("wrong-type", "is not a number", "write it without quotes");
    }
    if (!scalar.text().matches("-?\\d{1,9}")) {
      return misfit("bad-number", "is not a whole number", "");
    }
    int number = Integer.parseInt(scalar.text());
    return number < least || number > most
        ? misfit("out-of-range", "is out of range", "from " + least + " to " + most)
        : fits(number);
  }

  public static Shape.Word<Boolean> bool() {
    return new Shape.Word<>(
        "boolean",
        false,
        Set.of(Kind.BOOLEAN),
        orReference(new JsonObject().put("type", "boolean")),
        scalar ->
            scalar.kind() == Kind.BOOLEAN
                ? fits(scalar.text().equalsIgnoreCase("true"))
                : misfit("wrong-type", "is not a boolean", "write true or false"));
  }

  /// `500ms`, `30s`, `30m`, `8h`, `1d`; nothing below `least`.
  public static Shape.Word<Duration> duration(Duration least) {
    var schema = new JsonObject().put("type", "string").put("pattern", "^\\d+(ms|s|m|h|d)$|\\$\\{");
    return new Shape.Word<>(
        "duration", false, Set.of(), schema, scalar -> duration(scalar.text(), least));
  }

  private static Read<Duration> duration(String text, Duration least) {
    var match = DURATION.matcher(text);
    if (!match.matches()) {
      return misfit("bad-duration", "is not a duration", "write it as " + likeDuration(text));
    }
    long count = Long.parseLong(match.group(1));
    var duration =
        switch (match.group(2)) {
          case "ms" -> Duration.ofMillis(count);
          case "s" -> Duration.ofSeconds(count);
          case "m" -> Duration.ofMinutes(count);
          case "h" -> Duration.ofHours(count);
          default -> Duration.ofDays(count);
        };
    if (duration.compareTo(least) < 0 || duration.compareTo(LONGEST) > 0) {
      return misfit("out-of-range", "is out of range", "from " + written(least) + " to 400d");
    }
    return fits(duration);
  }

  private static String likeDuration(String text) {
    var match =
        Pattern.compile("(\\d{1,9}) *(ms|milli|s|m|h|d)[a-z]*")
            .matcher(text.toLowerCase(Locale.ROOT));
    if (match.matches()) {
      return match.group(1) + (match.group(2).equals("milli") ? "ms" : match.group(2));
    }
    return text.matches("\\d+") ? text + "s" : "500ms, 30s, 30m, 8h or 1d";
  }

  private static String written(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + "s"
        : duration.toMillis() + "ms";
  }

  /// `10MiB`, or bytes.
  public static Shape.Word<Long> size(long least, long most) {
    var schema = new JsonArray();
    schema.add(new JsonObject().put("type", "integer").put("minimum", least));
    schema.add(
        new JsonObject().put("type", "string").put("pattern", "^\\d+(B|KiB|MiB|GiB)$|\\$\\{"));
    return new Shape.Word<>(
        "size",
        false,
        Set.of(Kind.NUMBER),
        new JsonObject().put("anyOf", schema),
        scalar -> size(scalar.text(), least, most));
  }

  private static Read<Long> size(String text, long least, long most) {
    var match = SIZE.matcher(text);
    if (!match.matches()) {
      return misfit("bad-size", "is not a size", "write bytes, or 16KiB, 10MiB, 1GiB");
    }
    int shift = match.group(2) == null ? 0 : SIZE_SHIFT.getOrDefault(match.group(2), 0);
    long size = Long.parseLong(match.group(1)) << shift;
    return size < least || size > most
        ? misfit("out-of-range", "is out of range", "from " + least + " to " + most + " bytes")
        : fits(size);
  }

  /// A value, or `none`.
  public static <T> Shape.Word<Optional<T>> orNone(Shape.Word<T> shape) {
    return or(NONE, shape);
  }

  /// A value, or the word that leaves it to the gateway.
  public static <T> Shape.Word<Optional<T>> or(String word, Shape.Word<T> shape) {
    var schema = new JsonArray().add(new JsonObject().put("const", word)).add(shape.schema());
    return new Shape.Word<>(
        shape.title() + " or " + word,
        shape.secret(),
        shape.kinds(),
        new JsonObject().put("anyOf", schema),
        scalar ->
            scalar.raw().equals(word)
                ? fits(Optional.empty())
                : shape.reader().apply(scalar).map(Optional::of));
  }

  /// One of the constants, written small.
  public static <E extends Enum<E>> Shape.Word<E> choice(Class<E> type) {
    var byWord = new java.util.LinkedHashMap<String, E>();
    Arrays.stream(type.getEnumConstants())
        .forEach(constant -> byWord.put(constant.name().toLowerCase(Locale.ROOT), constant));
    return choice(byWord, Set.of());
  }

  /// One of a list of words; those of `later` are refused by name.
  public static <T> Shape.Word<T> choice(Map<String, T> byWord, Set<String> later) {
    var words = List.copyOf(byWord.keySet());
    var ordered = String.join(" | ", words);
    return new Shape.Word<>(
        ordered,
        false,
        Set.of(),
        orReference(new JsonObject().put("enum", new JsonArray(words))),
        scalar -> {
          var value = byWord.get(scalar.text());
          if (value != null) {
            return fits(value);
          }
          if (later.contains(scalar.text())) {
            return misfit("not-available", "is not available in this version", "one of " + ordered);
          }
          var near = Suggestions.nearest(scalar.text(), words);
          return misfit(
              "bad-choice",
              "is not one of " + ordered,
              near.map(s -> "did you mean '" + s + "'?").orElse(""));
        });
  }

  /// An absolute URL of one of the schemes, without user info, query and fragment.
  public static Shape.Word<URI> url(String... schemes) {
    var pattern = "^(" + String.join("|", schemes) + ")://|\\$\\{";
    return new Shape.Word<>(
        "URL",
        false,
        Set.of(),
        new JsonObject().put("type", "string").put("pattern", pattern),
        scalar -> url(scalar.text(), List.of(schemes)));
  }

  private static Read<URI> url(String text, List<String> schemes) {
    try {
      var uri = new URI(text).parseServerAuthority();
      if (!uri.isAbsolute() || uri.getHost() == null || !schemes.contains(uri.getScheme())) {
        return misfit(
            "bad-url", "is not a URL", "begin with " + String.join(":// or ", schemes) + "://");
      }
      if (uri.getRawUserInfo() != null
          || uri.getRawFragment() != null
          || uri.getRawQuery() != null) {
        return misfit("bad-url", "has more than a path", "no user, query or fragment here");
      }
      return uri.getPort() > 65535 || uri.getPort() == 0
          ? misfit("bad-url", "has a port that does not exist", "")
          : fits(uri);
    } catch (URISyntaxException e) {
      return misfit("bad-url", "is not a URL", "");
    }
  }

  /// A path, relative to the file that names it.
  public static Shape.Word<Path> path() {
    return new Shape.Word<>(
        "path",
        false,
        Set.of(),
        new JsonObject().put("type", "string"),
        scalar ->
            scalar.text().isBlank() || scalar.text().indexOf('\0') >= 0
                ? misfit("bad-value", "is not a path", "")
                : fits(scalar.place().source().directory().resolve(scalar.text())));
  }

  /// A text that is never shown.
  private static <T> Shape.Word<T> hidden(Function<Value.Scalar, Read<T>> reader) {
    return new Shape.Word<>(
        "secret", true, Set.of(), new JsonObject().put("type", "string"), reader);
  }

  public static Shape.Word<Secret> secret() {
    return hidden(
        scalar ->
            scalar.text().isBlank()
                ? misfit("no-value", "is empty", "a secret must not be")
                : fits(Secret.of(scalar.text())));
  }

  /// A private key that signs.
  public static Shape.Word<SigningKey> signingKey() {
    return hidden(
        scalar ->
            switch (SigningKey.parse(scalar.text())) {
              case SigningKey.Parsed.Usable(var key) -> fits(key);
              case SigningKey.Parsed.Unusable(var problem) -> misfit("bad-key", problem, "");
            });
  }

  /// A private key that decrypts.
  public static Shape.Word<DecryptionKeys.Key> decryptionKey() {
    return hidden(
        scalar ->
            switch (DecryptionKeys.parse(scalar.text())) {
              case DecryptionKeys.Parsed.Usable(var key) -> fits(key);
              case DecryptionKeys.Parsed.Unusable(var problem) -> misfit("bad-key", problem, "");
            });
  }

  /// 256 bits as base64, standard or URL-safe.
  public static Shape.Word<Secret> encryptionKey() {
    return hidden(
        scalar ->
            isKey(scalar.text())
                ? fits(Secret.of(scalar.text()))
                : misfit(
                    "bad-key", "is not 32 bytes in base64", "make one with: cloakroom keygen"));
  }

  private static boolean isKey(String text) {
    try {
      var standard = text.replace('-', '+').replace('_', '/');
      return Base64.getDecoder().decode(standard).length == KEY_BYTES;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static JsonObject orReference(JsonObject schema) {
    var reference = new JsonObject().put("type", "string").put("pattern", "\\$\\{");
    return new JsonObject().put("anyOf", new JsonArray().add(schema).add(reference));
  }
}
