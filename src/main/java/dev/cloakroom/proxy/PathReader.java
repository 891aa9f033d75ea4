package dev.cloakroom.proxy;

import org.jspecify.annotations.Nullable;

/// Reads a path once, character by character, and finds the first reason why another server might
/// understand it otherwise.
final class PathReader {
  private final String path;
  private boolean encodedSlash;
  private int segmentLength;
  private boolean onlyDots = true;
  private final Utf8 utf8 = new Utf8();

  PathReader(String path) {
    this.path = path;
  }

  boolean sawEncodedSlash() {
    return encodedSlash;
  }

  @Nullable String problem() {
    for (var i = 1; i < path.length(); i++) {
      var c = path.charAt(i);
      String problem;
      if (c == '%') {
        problem = encoded(i);
        i += 2;
      } else {
        problem = plain(c);
      }
      if (problem != null) {
        return problem;
      }
    }
    if (utf8.isOpen()) {
      return "malformed UTF-8";
    }
    return isDotSegment() ? "dot segment" : null;
  }

  private @Nullable String plain(char c) {
    if (utf8.isOpen()) {
      return "malformed UTF-8";
    }
    if (c <= ' ' || c >= 0x7f || c == '#' || c == '\\') {
      return "illegal character in the path";
    }
    if (c == ';') {
      return "path parameter";
    }
    if (c == '/') {
      if (segmentLength == 0) {
        return "empty segment";
      }
      return endSegment();
    }
    seen(c == '.');
    return null;
  }

  private @Nullable String encoded(int at) {
    var value = hex(at + 1);
    if (value < 0) {
      return "malformed percent-encoding";
    }
    if (value >= 0x80 || utf8.isOpen()) {
      seen(false);
      return utf8.accepts(value) ? null : "malformed UTF-8";
    }
    if (value < ' ' || value == 0x7f || value == '\\') {
      return "illegal character in the path";
    }
    if (value == '%' && hex(at + 3) >= 0) {
      return "double encoding";
    }
    if (isNeedless(value)) {
      return value == '.' ? "dot segment" : "needless percent-encoding";
    }
    if (value == '/') {
      encodedSlash = true;
      return endSegment();
    }
    seen(false);
    return null;
  }

  /// Unreserved characters; `~` is let through, since some libraries encode it.
  private static boolean isNeedless(int value) {
    return (value >= 'a' && value <= 'z')
        || (value >= 'A' && value <= 'Z')
        || (value >= '0' && value <= '9')
        || value == '-'
        || value == '.'
        || value == '_';
  }

  private int hex(int at) {
    if (at + 1 >= path.length()) {
      return -1;
    }
    var high = digit(path.charAt(at));
    var low = digit(path.charAt(at + 1));
    return high < 0 || low < 0 ? -1 : (high << 4) | low;
  }

  private static int digit(char c) {
    return c < 0x80 ? Character.digit(c, 16) : -1;
  }

  private void seen(boolean dot) {
    segmentLength++;
    onlyDots &= dot;
  }

  private @Nullable String endSegment() {
    var dots = isDotSegment();
    segmentLength = 0;
    onlyDots = true;
    return dots ? "dot segment" : null;
  }

  private boolean isDotSegment() {
    return onlyDots && (segmentLength == 1 || segmentLength == 2);
  }

  /// Well-formed UTF-8, byte by byte: no overlong forms, no surrogates, nothing over U+10FFFF.
  private static final class Utf8 {
    private int missing;
    private int least = 0x80;
    private int most = 0xbf;

    boolean isOpen() {
      return missing > 0;
    }

    boolean accepts(int b) {
      if (missing == 0) {
        return begins(b);
      }
      var fits = b >= least && b <= most;
      missing--;
      least = 0x80;
      most = 0xbf;
      return fits;
    }

    private boolean begins(int b) {
      if (b < 0xc2 || b > 0xf4) {
        return false;
      }
      missing = b < 0xe0 ? 1 : b < 0xf0 ? 2 : 3;
      least = b == 0xe0 ? 0xa0 : b == 0xf0 ? 0x90 : 0x80;
      most = b == 0xed ? 0x9f : b == 0xf4 ? 0x8f : 0xbf;
      return true;
    }
  }
}
