package dev.cloakroom.identity;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A claim as the value of a field. Visible ASCII stands for itself, but for `%` and `,`; blanks
/// inside do, too; every other byte of the UTF-8 form is written `%XX`. So two different texts
/// never look the same, whatever is between, around or inside them, and a list is its entries with
/// commas between them. Numbers and truth values are written as JSON has them.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9110#section-5.5 RFC 9110, 5.5
/// @spec https://www.rfc-editor.org/rfc/rfc3986#section-2.1 RFC 3986, 2.1
final class FieldValue {
  private static final int LONGEST = 4096;
  private static final String HEX = "0123456789ABCDEF";

  private FieldValue() {}

  /// Empty for what makes no value: nothing, an empty text or list, an object, a list of lists or
  /// objects, text that is no Unicode, and what would be longer than 4096 characters. Half a value
  /// would be another one.
  static Optional<String> of(@Nullable Object claim) {
    return (claim instanceof JsonArray list ? list(list) : scalar(claim))
        .filter(value -> !value.isEmpty() && value.length() <= LONGEST);
  }

  private static Optional<String> list(JsonArray list) {
    var entries = new ArrayList<String>();
    for (var entry : list) {
      var value = scalar(entry);
      if (value.isEmpty()) {
        return Optional.empty();
      }
      entries.add(value.get());
    }
    return Optional.of(String.join(",", entries));
  }

  private static Optional<String> scalar(@Nullable Object claim) {
    return switch (claim) {
      case String text -> encoded(text);
      case Number number -> Optional.of(number.toString());
      case Boolean truth -> Optional.of(truth.toString());
      case JsonObject _, JsonArray _ -> Optional.empty();
      case null, default -> Optional.empty();
    };
  }

  private static Optional<String> encoded(String text) {
    if (!UTF_8.newEncoder().canEncode(text)) {
      return Optional.empty();
    }
    var bytes = text.getBytes(UTF_8);
    var out = new StringBuilder(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      int one = bytes[i] & 0xff;
      boolean inside = i > 0 && i < bytes.length - 1;
      if ((one > ' ' && one < 0x7f && one != '%' && one != ',') || (one == ' ' && inside)) {
        out.append((char) one);
      } else {
        out.append('%').append(HEX.charAt(one >> 4)).append(HEX.charAt(one & 15));
      }
    }
    return Optional.of(out.toString());
  }
}
