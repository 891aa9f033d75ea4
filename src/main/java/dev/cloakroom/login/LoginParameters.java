package dev.cloakroom.login;

import io.vertx.core.MultiMap;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// The parameters of `/auth/login` that travel to the provider, each on the provider's allow-list,
/// given once and of a sensible form. Parameters of the protocol itself never pass, whatever the
/// list says.
///
/// @spec https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest OpenID Connect Core 1.0,
///   3.1.2.1
sealed interface LoginParameters {
  /// They may travel.
  record Accepted(Map<String, String> values) implements LoginParameters {
    public Accepted {
      values = Map.copyOf(values);
    }

    Optional<Duration> maxAge() {
      return Optional.ofNullable(values.get("max_age"))
          .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)));
    }

    List<String> acrValues() {
      var asked = values.get("acr_values");
      return asked == null ? List.of() : List.of(asked.split(" "));
    }
  }

  record Refused(String name) implements LoginParameters {}

  /// What the gateway reads itself.
  Set<String> OWN = Set.of("return_to", "provider");

  /// What only the gateway may say to the provider.
  Set<String> PROTOCOL =
      Set.of(
          "client_id",
          "client_secret",
          "client_assertion",
          "client_assertion_type",
          "code_challenge",
          "code_challenge_method",
          "claims",
          "code",
          "dpop_jkt",
          "id_token_hint",
          "iss",
          "nonce",
          "redirect_uri",
          "registration",
          "request",
          "request_uri",
          "response_mode",
          "response_type",
          "scope",
          "state");

  Set<String> PROMPTS = Set.of("none", "login", "consent", "select_account", "create");
  Pattern SECONDS = Pattern.compile("[0-9]{1,9}");
  Pattern TOKENS = Pattern.compile("[!-~]{1,256}( [!-~]{1,256}){0,9}");
  int LONGEST = 512;

  static LoginParameters check(MultiMap parameters, Set<String> allowed) {
    Map<String, String> values = new HashMap<>();
    for (var name : parameters.names()) {
      if (OWN.contains(name)) {
        continue;
      }
      var all = parameters.getAll(name);
      if (PROTOCOL.contains(name) || !allowed.contains(name) || all.size() != 1) {
        return new Refused(name);
      }
      if (!isSensible(name, all.getFirst())) {
        return new Refused(name);
      }
      values.put(name, all.getFirst());
    }
    return new Accepted(values);
  }

  private static boolean isSensible(String name, String value) {
    if (value.length() > LONGEST || value.codePoints().anyMatch(Character::isISOControl)) {
      return false;
    }
    return switch (name) {
      case "prompt" -> isPrompt(List.of(value.split(" ", -1)));
      case "max_age" -> SECONDS.matcher(value).matches();
      case "acr_values", "ui_locales" -> TOKENS.matcher(value).matches();
      default -> !value.isEmpty();
    };
  }

  /// `none` stands alone (OpenID Connect Core 1.0, 3.1.2.1).
  private static boolean isPrompt(List<String> prompts) {
    return PROMPTS.containsAll(prompts) && (prompts.size() == 1 || !prompts.contains("none"));
  }
}
