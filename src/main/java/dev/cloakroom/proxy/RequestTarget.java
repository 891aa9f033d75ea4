package dev.cloakroom.proxy;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The target of a request line, accepted or refused. What is accepted is matched and forwarded as
/// the very same bytes.
///
/// A path is accepted only where every server behind the gateway must read it as the gateway does.
/// Refused are therefore, beside what is no URI at all: dot segments, plain or encoded; empty
/// segments; path parameters (`;`); backslashes, controls and NUL, plain or encoded; letters,
/// digits, `-`, `.` and `_` in percent-encoding, since they mean the same as without; `%25` before
/// two hexadecimal digits (double encoding); percent-encoded bytes that are not UTF-8, overlong
/// forms among them; and `#`. `%2F` is accepted and told, for the route decides.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9112#section-3.2 RFC 9112, 3.2
/// @spec https://www.rfc-editor.org/rfc/rfc3986#section-6.2.2 RFC 3986, 6.2.2
public sealed interface RequestTarget {
  /// A path that means one thing to everyone.
  ///
  /// @param encodedSlash the path holds `%2F`; only routes with `encoded_slashes: pass` take it
  record Accepted(String path, @Nullable String query, boolean encodedSlash)
      implements RequestTarget {}

  /// `invalid_request_path`.
  record Refused(String reason) implements RequestTarget {}

  /// Reads an origin-form (`/path?query`); every other form is refused.
  static RequestTarget parse(String rawUri) {
    return parse(rawUri, _ -> false);
  }

  /// Reads an origin-form, or an absolute-form whose authority is the gateway's own.
  ///
  /// @param ownAuthority is asked with the authority as it came, user information included
  static RequestTarget parse(String rawUri, Predicate<String> ownAuthority) {
    if (rawUri.startsWith("/")) {
      return parseOrigin(rawUri);
    }
    var scheme =
        rawUri.regionMatches(true, 0, "http://", 0, 7)
            ? 7
            : rawUri.regionMatches(true, 0, "https://", 0, 8) ? 8 : -1;
    if (scheme < 0) {
      return new Refused("not an origin-form");
    }
    var end = scheme;
    while (end < rawUri.length() && "/?#".indexOf(rawUri.charAt(end)) < 0) {
      end++;
    }
    if (!ownAuthority.test(rawUri.substring(scheme, end))) {
      return new Refused("foreign authority");
    }
    var rest = rawUri.substring(end);
    return parseOrigin(rest.startsWith("/") ? rest : "/" + rest);
  }

  private static RequestTarget parseOrigin(String target) {
    var mark = target.indexOf('?');
    var path = mark < 0 ? target : target.substring(0, mark);
    var query = mark < 0 ? null : target.substring(mark + 1);
    var reader = new PathReader(path);
    var problem = reader.problem();
    if (problem == null && query != null && !isVisible(query)) {
      problem = "illegal character in the query";
    }
    return problem == null
        ? new Accepted(path, query, reader.sawEncodedSlash())
        : new Refused(problem);
  }

  /// Visible ASCII but `#`: anything else would change on its way, or end the query early.
  private static boolean isVisible(String query) {
    for (var i = 0; i < query.length(); i++) {
      var c = query.charAt(i);
      if (c <= ' ' || c >= 0x7f || c == '#') {
        return false;
      }
    }
    return true;
  }
}
