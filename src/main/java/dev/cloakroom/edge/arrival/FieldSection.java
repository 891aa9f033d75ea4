package dev.cloakroom.edge.arrival;

import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/// The fields of an HTTP/2 message, head or trailers: binary on the wire, so that they can hold
/// what would end a line or a field in HTTP/1.1.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9113#section-8.2.1 RFC 9113, 8.2.1
public final class FieldSection {
  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

  private FieldSection() {}

  /// What is wrong with fields that have no pseudo-fields before them; null when nothing is.
  static @Nullable String problem(Http2Headers fields) {
    for (var field : fields) {
      if (field.getKey().isEmpty() || field.getKey().charAt(0) == ':') {
        return "a pseudo-field in the trailers";
      }
    }
    return values(fields);
  }

  /// What is wrong with the fields, pseudo-fields included; null when nothing is.
  static @Nullable String values(Http2Headers fields) {
    for (var field : fields) {
      if (!isName(field.getKey())) {
        return "illegal character in a field name";
      }
      if (!isValue(field.getValue())) {
        return "illegal character in a field value";
      }
    }
    return null;
  }

  private static boolean isName(CharSequence name) {
    var start = !name.isEmpty() && name.charAt(0) == ':' ? 1 : 0;
    for (var i = start; i < name.length(); i++) {
      var c = name.charAt(i);
      var token = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || TOKEN_MARKS.indexOf(c) >= 0;
      if (!token) {
        return false;
      }
    }
    return name.length() > start;
  }

  /// No control but a tab, and no blank at either end.
  private static boolean isValue(CharSequence value) {
    var length = value.length();
    for (var i = 0; i < length; i++) {
      var c = value.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7f) {
        return false;
      }
    }
    return length == 0 || !(isBlank(value.charAt(0)) || isBlank(value.charAt(length - 1)));
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }
}
