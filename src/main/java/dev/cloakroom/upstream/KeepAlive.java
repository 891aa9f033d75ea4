package dev.cloakroom.upstream;

import java.util.OptionalLong;

/// The field that says how long an idle connection is kept.
final class KeepAlive {
  private static final String TIMEOUT = "timeout=";

  private KeepAlive() {}

  /// Its `timeout` in seconds; empty where it says none, or nothing that can be read.
  static OptionalLong timeout(String value) {
    var at = value.indexOf(TIMEOUT);
    if (at < 0) {
      return OptionalLong.empty();
    }
    var seconds = 0L;
    var end = at + TIMEOUT.length();
    var start = end;
    while (end < value.length() && end - start < 6 && Character.isDigit(value.charAt(end))) {
      seconds = 10 * seconds + Character.digit(value.charAt(end++), 10);
    }
    return end == start ? OptionalLong.empty() : OptionalLong.of(seconds);
  }
}
