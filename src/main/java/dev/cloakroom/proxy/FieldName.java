package dev.cloakroom.proxy;

/// Comparisons of field names the way the least careful server behind the gateway makes them:
/// without case, and with `_` for `-`, since CGI and its heirs cannot tell the two apart.
final class FieldName {
  private FieldName() {}

  /// Whether `name` is `lower`, which is given in lower case and with `-`.
  static boolean is(String name, String lower) {
    return name.length() == lower.length() && startsWith(name, lower);
  }

  /// Whether `name` starts with `lower`, which is given in lower case and with `-`.
  static boolean startsWith(String name, String lower) {
    if (name.length() < lower.length()) {
      return false;
    }
    for (var i = 0; i < lower.length(); i++) {
      if (folded(name.charAt(i)) != lower.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /// The first character in lower case, to switch on; 0 for an empty name.
  static char first(String name) {
    return name.isEmpty() ? 0 : folded(name.charAt(0));
  }

  static char folded(char c) {
    return c >= 'A' && c <= 'Z' ? (char) (c + 32) : c == '_' ? '-' : c;
  }
}
