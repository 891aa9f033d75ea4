package dev.cloakroom.login.landing;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Predicate;

/// Decides which addresses a browser may be sent back to: same-origin paths of at most 2048
/// characters, fragment included, that name no session route. Stricter than a browser where a
/// browser repairs: what has to be repaired was not written by an honest page.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9700#section-4.11.1 RFC 9700, 4.11.1
public final class ReturnTo {
  private static final int LONGEST = 2048;

  private final Predicate<String> closed;

  /// Takes the test for paths that are no page: session routes and the gateway's own endpoints.
  public ReturnTo(Predicate<String> closed) {
    this.closed = closed;
  }

  /// The path, query and fragment as a browser would write them, or empty.
  public Optional<String> check(String candidate) {
    if (candidate.length() > LONGEST || !isClean(candidate)) {
      return Optional.empty();
    }
    int hash = candidate.indexOf('#');
    var beforeHash = hash < 0 ? candidate : candidate.substring(0, hash);
    int mark = beforeHash.indexOf('?');
    var path = mark < 0 ? beforeHash : beforeHash.substring(0, mark);
    if (!isPage(path)) {
      return Optional.empty();
    }
    var query = mark < 0 ? "" : "?" + PathNormaliser.query(beforeHash.substring(mark + 1));
    var fragment = hash < 0 ? "" : "#" + PathNormaliser.fragment(candidate.substring(hash + 1));
    return Optional.of(PathNormaliser.path(path) + query + fragment)
        .filter(address -> address.length() <= LONGEST);
  }

  /// Looks at the path as it stands, decoded once and decoded twice: somebody behind us may decode
  /// it, and must not end up elsewhere either.
  private boolean isPage(String path) {
    var decodedOnce = decode(path);
    return staysHere(path) && staysHere(decodedOnce) && staysHere(decode(decodedOnce));
  }

  private boolean staysHere(String path) {
    if (!path.startsWith("/") || path.startsWith("//") || !isClean(path)) {
      return false;
    }
    var normal = PathNormaliser.path(path);
    return !normal.startsWith("//") && !closed.test(normal);
  }

  /// No backslash, no control character and no half of a character.
  private static boolean isClean(String text) {
    return text.codePoints()
        .noneMatch(
            point ->
                point == '\\'
                    || Character.isISOControl(point)
                    || Character.getType(point) == Character.SURROGATE);
  }

  private static String decode(String text) {
    var octets = text.getBytes(StandardCharsets.UTF_8);
    var decoded = new byte[octets.length];
    int length = 0;
    for (int i = 0; i < octets.length; i++) {
      int high = i + 2 < octets.length ? Character.digit(octets[i + 1], 16) : -1;
      int low = i + 2 < octets.length ? Character.digit(octets[i + 2], 16) : -1;
      if (octets[i] == '%' && high >= 0 && low >= 0) {
        decoded[length++] = (byte) (high << 4 | low);
        i += 2;
      } else {
        decoded[length++] = octets[i];
      }
    }
    return new String(decoded, 0, length, StandardCharsets.UTF_8);
  }
}
