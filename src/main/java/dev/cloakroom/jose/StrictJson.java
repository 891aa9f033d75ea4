package dev.cloakroom.jose;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.JsonTokenId;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads JSON that a stranger wrote: one object, no member twice, at most 1 MiB, 16 levels, strings
/// of 256 KiB and numbers of 64 digits. Numbers outside `long` become `double`; what does not fit
/// there either is refused.
///
/// @spec https://www.rfc-editor.org/rfc/rfc8259#section-4 RFC 8259, 4
public final class StrictJson {
  private static final int LONGEST = 1 << 20;
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(16)
                  .maxStringLength(256 << 10)
                  .maxNameLength(1024)
                  .maxNumberLength(64)
                  .build())
          .build();

  private StrictJson() {}

  /// The object, or empty when the bytes are anything else.
  public static Optional<JsonObject> object(byte[] bytes) {
    if (bytes.length > LONGEST) {
      return Optional.empty();
    }
    try (var parser = FACTORY.createParser(bytes)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      var object = readObject(parser);
      return parser.nextToken() == null ? Optional.of(object) : Optional.empty();
    } catch (IOException | ArithmeticException _) {
      return Optional.empty();
    }
  }

  private static JsonObject readObject(JsonParser parser) throws IOException {
    var object = new JsonObject();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      var name = parser.currentName();
      parser.nextToken();
      object.put(name, readValue(parser));
    }
    return object;
  }

  private static JsonArray readArray(JsonParser parser) throws IOException {
    var array = new JsonArray();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(readValue(parser));
    }
    return array;
  }

  private static @Nullable Object readValue(JsonParser parser) throws IOException {
    return switch (parser.currentTokenId()) {
      case JsonTokenId.ID_START_OBJECT -> readObject(parser);
      case JsonTokenId.ID_START_ARRAY -> readArray(parser);
      case JsonTokenId.ID_STRING -> parser.getText();
      case JsonTokenId.ID_TRUE -> true;
      case JsonTokenId.ID_FALSE -> false;
      case JsonTokenId.ID_NULL -> null;
      case JsonTokenId.ID_NUMBER_INT -> integer(parser);
      case JsonTokenId.ID_NUMBER_FLOAT -> finite(parser);
      default -> throw new IOException("not a JSON value");
    };
  }

  private static Object integer(JsonParser parser) throws IOException {
    return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
        ? finite(parser)
        : (Object) parser.getLongValue();
  }

  /// `1e400` would become an infinity, which JSON cannot say.
  private static double finite(JsonParser parser) throws IOException {
    var value = parser.getDoubleValue();
    if (Double.isInfinite(value)) {
      throw new IOException("a number out of range");
    }
    return value;
  }
}
