package dev.cloakroom.proxy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The challenges of one `WWW-Authenticate` value, which may hold several.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1 RFC 9110, 11.6.1
final class Challenges {
  /// Schemes for which browsers open a prompt of their own.
  private static final Set<String> PROMPTING =
      Set.of("basic", "digest", "negotiate", "ntlm", "kerberos");

  private static final String WEAK_LOGIN = "insufficient_user_authentication";

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
  static boolean isInvalidToken(List<String> values) {
    return values.stream().flatMap(one -> split(one).stream()).anyMatch(Challenges::blamesToken);
  }

  private static boolean blamesToken(String challenge) {
    return isForTokens(challenge)
        && parameter(challenge, "error").filter("invalid_token"::equals).isPresent();
  }

  /// What [#stepUp(List)] finds, where the route has it translated.
  static Optional<StepUp> stepUp(List<String> values, Route route) {
    return route.translatesStepUps() ? stepUp(values) : Optional.empty();
  }

  /// What a resource server wants to see of the user, where that is its trouble.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc9470#section-3 RFC 9470, 3
  static Optional<StepUp> stepUp(List<String> values) {
    return values.stream()
        .flatMap(value -> split(value).stream())
        .filter(Challenges::isForTokens)
        .filter(one -> parameter(one, "error").filter(WEAK_LOGIN::equals).isPresent())
        .map(one -> new StepUp(parameter(one, "acr_values"), parameter(one, "max_age")))
        .filter(StepUp::isWellFormed)
        .findFirst();
  }

  /// What a resource server says is wrong with a proof, or with there being none.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc9449#section-7.1 RFC 9449, 7.1
  static Optional<String> proofError(List<String> values) {
    return values.stream()
        .flatMap(value -> split(value).stream())
        .filter(one -> scheme(one).equals("dpop"))
        .flatMap(one -> parameter(one, "error").stream())
        .findFirst();
  }

  private static boolean isForTokens(String challenge) {
    var scheme = scheme(challenge);
    return scheme.equals("bearer") || scheme.equals("dpop");
  }

  private static Optional<String> parameter(String challenge, String name) {
    return elements(challenge.substring(scheme(challenge).length())).stream()
        .filter(one -> one.indexOf('=') > 0)
        .filter(one -> one.substring(0, one.indexOf('=')).strip().equalsIgnoreCase(name))
        .map(one -> one.substring(one.indexOf('=') + 1).strip().replace("\"", ""))
        .findFirst();
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
