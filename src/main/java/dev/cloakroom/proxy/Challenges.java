package dev.cloakroom.proxy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The challenges of one `WWW-Authenticate` value, which may hold several.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1 RFC 9110, 11.6.1
final class Challenges {
  /// Schemes for which browsers open a prompt of their own.
  private static final Set<String> PROMPTING =
      Set.of("basic", "digest", "negotiate", "ntlm", "kerberos");

  private Challenges() {}

  /// The value without challenges that would make a browser prompt; null where none remains.
  static @Nullable String withoutPrompts(String value) {
    var challenges = split(value);
    var kept = challenges.stream().filter(one -> !PROMPTING.contains(scheme(one))).toList();
    if (kept.size() == challenges.size()) {
      return value;
    }
    return kept.isEmpty() ? null : String.join(", ", kept);
  }

  /// Whether a resource server says that the token, and nothing else, is the trouble.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc6750#section-3.1 RFC 6750, 3.1
  static boolean isInvalidToken(String value) {
    return split(value).stream().anyMatch(Challenges::blamesToken);
  }

  private static boolean blamesToken(String challenge) {
    var scheme = scheme(challenge);
    if (!scheme.equals("bearer") && !scheme.equals("dpop")) {
      return false;
    }
    for (var parameter : elements(challenge.substring(scheme.length()))) {
      var equals = parameter.indexOf('=');
      if (equals > 0 && parameter.substring(0, equals).strip().equalsIgnoreCase("error")) {
        return parameter.substring(equals + 1).strip().replace("\"", "").equals("invalid_token");
      }
    }
    return false;
  }

  private static String scheme(String challenge) {
    var end = 0;
    while (end < challenge.length() && isToken(challenge.charAt(end))) {
      end++;
    }
    return challenge.substring(0, end).toLowerCase(Locale.ROOT);
  }

  /// An element that is `name = value` belongs to the challenge before it; any other begins one.
  private static List<String> split(String value) {
    var challenges = new ArrayList<String>();
    for (var element : elements(value)) {
      if (challenges.isEmpty() || !isParameter(element)) {
        challenges.add(element);
      } else {
        challenges.add(challenges.removeLast() + ", " + element);
      }
    }
    return challenges;
  }

  private static boolean isParameter(String element) {
    var end = 0;
    while (end < element.length() && isToken(element.charAt(end))) {
      end++;
    }
    while (end < element.length() && (element.charAt(end) == ' ' || element.charAt(end) == '\t')) {
      end++;
    }
    return end < element.length() && element.charAt(end) == '=';
  }

  /// Splits at commas outside quoted strings.
  private static List<String> elements(String value) {
    var elements = new ArrayList<String>();
    var start = 0;
    var quoted = false;
    for (var i = 0; i <= value.length(); i++) {
      if (i == value.length() || (!quoted && value.charAt(i) == ',')) {
        var element = value.substring(start, i).strip();
        if (!element.isEmpty()) {
          elements.add(element);
        }
        start = i + 1;
      } else if (value.charAt(i) == '"') {
        quoted = !quoted;
      } else if (quoted && value.charAt(i) == '\\') {
        i++;
      }
    }
    return elements;
  }

  private static boolean isToken(char c) {
    return c > ' ' && c < 0x7f && "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0;
  }
}
