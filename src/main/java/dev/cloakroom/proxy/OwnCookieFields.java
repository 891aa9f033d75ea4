package dev.cloakroom.proxy;

import dev.cloakroom.proxy.Forwarding.OwnCookies;
import org.jspecify.annotations.Nullable;

/// Keeps the gateway's cookies and the upstream's apart, in both directions.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6265#section-4.2.1 RFC 6265, 4.2.1
final class OwnCookieFields {
  private OwnCookieFields() {}

  /// A `Cookie` value without the gateway's cookies: what remains keeps its bytes and its order.
  /// Null where nothing remains.
  static @Nullable String without(String cookies, OwnCookies own) {
    StringBuilder rest = null;
    var start = 0;
    while (start < cookies.length()) {
      var semicolon = cookies.indexOf(';', start);
      var end = semicolon < 0 ? cookies.length() : semicolon;
      if (own.owns(name(cookies, start, end))) {
        if (rest == null) {
          rest = new StringBuilder(cookies.length()).append(cookies, 0, start);
        }
      } else if (rest != null) {
        rest.append(cookies, start, semicolon < 0 ? end : end + 1);
      }
      start = end + 1;
    }
    return rest == null ? cookies : tidied(rest);
  }

  /// Drops the separators that the removed cookies left at both ends.
  private static @Nullable String tidied(StringBuilder rest) {
    var from = 0;
    var to = rest.length();
    while (from < to && isSpace(rest.charAt(from))) {
      from++;
    }
    while (to > from && (isSpace(rest.charAt(to - 1)) || rest.charAt(to - 1) == ';')) {
      to--;
    }
    return from == to ? null : rest.substring(from, to);
  }

  /// Whether a `Set-Cookie` value would set a cookie of the gateway's. A cookie without a name
  /// counts as what a browser would later send for it.
  static boolean sets(String setCookie, OwnCookies own) {
    var semicolon = setCookie.indexOf(';');
    var end = semicolon < 0 ? setCookie.length() : semicolon;
    var start = 0;
    while (start < end && (isSpace(setCookie.charAt(start)) || setCookie.charAt(start) == '=')) {
      start++;
    }
    return own.owns(name(setCookie, start, end));
  }

  private static String name(String text, int from, int to) {
    var equals = text.indexOf('=', from);
    var end = equals < 0 || equals > to ? to : equals;
    var start = from;
    while (start < end && isSpace(text.charAt(start))) {
      start++;
    }
    while (end > start && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t';
  }
}
