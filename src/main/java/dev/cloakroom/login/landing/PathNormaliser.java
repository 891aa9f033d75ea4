package dev.cloakroom.login.landing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/// What the URL parser of a browser makes of a path, a query or a fragment: dot segments resolved,
/// also percent-encoded ones, and the characters of each encode set percent-encoded.
///
/// @spec https://url.spec.whatwg.org/#path-state URL Standard, 4.4
final class PathNormaliser {
  private static final String FRAGMENT_SET = " \"<>`";
  private static final String QUERY_SET = " \"#<>'";
  private static final String PATH_SET = " \"#<>?^`{}";
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private PathNormaliser() {}

  /// Takes a path that starts with a slash.
  static String path(String raw) {
    var segments = raw.substring(1).split("/", -1);
    List<String> kept = new ArrayList<>();
    for (int i = 0; i < segments.length; i++) {
      boolean last = i == segments.length - 1;
      switch (segments[i].toLowerCase(Locale.ROOT)) {
        case "..", ".%2e", "%2e.", "%2e%2e" -> {
          if (!kept.isEmpty()) {
            kept.removeLast();
          }
          if (last) {
            kept.add("");
          }
        }
        case ".", "%2e" -> {
          if (last) {
            kept.add("");
          }
        }
        default -> kept.add(encode(segments[i], PATH_SET));
      }
    }
    return "/" + String.join("/", kept);
  }

  static String query(String raw) {
    return encode(raw, QUERY_SET);
  }

  static String fragment(String raw) {
    return encode(raw, FRAGMENT_SET);
  }

  private static String encode(String text, String set) {
    var encoded = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            point -> {
              if (point > 0x20 && point < 0x7f && set.indexOf(point) < 0) {
                encoded.append((char) point);
              } else {
                for (byte octet : Character.toString(point).getBytes(UTF_8)) {
                  encoded.append('%').append(HEX.toHexDigits(octet));
                }
              }
            });
    return encoded.toString();
  }
}
