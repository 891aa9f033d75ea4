package dev.cloakroom.edge;

import java.util.Optional;
import java.util.regex.Pattern;

/// One range of bytes, both ends included. Several ranges in one field are answered with the whole.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9110#section-14.1.2 RFC 9110, 14.1.2
record ByteRange(long first, long last) {
  private static final Pattern ONE = Pattern.compile("bytes=(\\d{0,15})-(\\d{0,15})");

  /// Empty when the field is to be ignored; not satisfiable when it lies beyond the end.
  static Optional<ByteRange> parse(String field, long size) {
    var matcher = ONE.matcher(field.strip());
    if (!matcher.matches() || (matcher.group(1).isEmpty() && matcher.group(2).isEmpty())) {
      return Optional.empty();
    }
    if (matcher.group(1).isEmpty()) {
      long suffix = Long.parseLong(matcher.group(2));
      return Optional.of(new ByteRange(suffix == 0 ? size : Math.max(0, size - suffix), size - 1));
    }
    long first = Long.parseLong(matcher.group(1));
    long last = matcher.group(2).isEmpty() ? size - 1 : Long.parseLong(matcher.group(2));
    if (last < first && !matcher.group(2).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new ByteRange(first, Math.min(last, size - 1)));
  }

  boolean isSatisfiable() {
    return first <= last;
  }

  long length() {
    return last - first + 1;
  }

  String contentRange(long size) {
    return "bytes " + first + "-" + last + "/" + size;
  }
}
