package dev.cloakroom.oidc;

import dev.cloakroom.crypto.Secret;
import dev.cloakroom.jose.DecryptionKeys;
import dev.cloakroom.jose.StrictJson;
import dev.cloakroom.oidc.client.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reads an answer of the token endpoint: strict where trust depends on it, lenient about
/// lifetimes, blind to members it does not know. Errors are recognised with status 200 too.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6749#section-5 RFC 6749, 5
final class TokenResponse {
  private static final int LONGEST_ACCESS = 32 << 10;
  private static final int LONGEST = 64 << 10;
  private static final Duration LONGEST_LIFE = Duration.ofDays(365);
  private static final Set<String> BEARER = Set.of("bearer");
  private static final Set<String> BEARER_OR_NONE = Set.of("bearer", "n_a");
  private static final Set<String> ERRORS =
      Set.of(
          "invalid_request",
          "invalid_client",
          "invalid_grant",
          "unauthorized_client",
          "unsupported_grant_type",
          "invalid_scope",
          "invalid_target");

  private final Duration defaultLife;
  private final Optional<DecryptionKeys> decryptionKeys;
  private final InstantSource clock;

  /// Takes the keys for ID tokens; without keys they are not encrypted.
  TokenResponse(
      Duration defaultLife, Optional<DecryptionKeys> decryptionKeys, InstantSource clock) {
    this.defaultLife = defaultLife;
    this.decryptionKeys = decryptionKeys;
    this.clock = clock;
  }

  TokenAnswer read(Answer answer) {
    return read(answer, body -> issued(body, BEARER));
  }

  /// Reads the answer to a token exchange: the type that was asked for and no other. What is no
  /// access token has no type of use.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc8693#section-2.2.1 RFC 8693, 2.2.1
  TokenAnswer readExchange(Answer answer, String type) {
    return read(
        answer,
        body ->
            type.equals(body.getValue("issued_token_type"))
                ? issued(body, type.equals(TokenTarget.ACCESS_TOKEN) ? BEARER : BEARER_OR_NONE)
                : new TokenAnswer.Unfit("issued_token_type"));
  }

  private TokenAnswer read(Answer answer, Function<JsonObject, TokenAnswer> issued) {
    return switch (answer) {
      case Answer.Failed _ -> new TokenAnswer.Unavailable(Answer.Failed.RETRY);
      case Answer.Received received -> read(received, issued);
    };
  }

  private TokenAnswer read(Answer.Received received, Function<JsonObject, TokenAnswer> issued) {
    var body = StrictJson.object(received.body());
    if (received.status() == 200 && body.isPresent()) {
      return body.get().getValue("error") == null
          ? issued.apply(body.get())
          : new TokenAnswer.Denied(error(body.get()));
    }
    return received.isTransient()
        ? new TokenAnswer.Unavailable(received.retryAfter(clock))
        : new TokenAnswer.Denied(body.map(TokenResponse::error).orElse("other"));
  }

  private static String error(JsonObject body) {
    return body.getValue("error") instanceof String code && ERRORS.contains(code) ? code : "other";
  }

  private TokenAnswer issued(JsonObject body, Set<String> types) {
    var access = token(body, "access_token", LONGEST_ACCESS);
    if (access.isEmpty()) {
      return new TokenAnswer.Unfit("access_token_missing");
    }
    if (!(body.getValue("token_type") instanceof String type
        && types.contains(type.toLowerCase(Locale.ROOT)))) {
      return new TokenAnswer.Unfit("token_type_not_bearer");
    }
    var sent = token(body, "id_token", LONGEST);
    var idToken = decryptionKeys.map(keys -> sent.flatMap(keys::decrypt)).orElse(sent);
    var now = clock.instant();
    return new TokenAnswer.Issued(
        new Tokens(
            access.get(),
            token(body, "refresh_token", LONGEST),
            idToken,
            scope(body.getValue("scope")),
            now,
            now.plus(life(body.getValue("expires_in")))),
        sent.isPresent() && idToken.isEmpty(),
        body.getValue("authorization_details") instanceof JsonArray);
  }

  /// Visible ASCII only: the access token goes into a header field.
  private static Optional<Secret> token(JsonObject body, String name, int longest) {
    return body.getValue(name) instanceof String text
            && !text.isEmpty()
            && text.length() <= longest
            && text.chars().allMatch(c -> c > 0x20 && c < 0x7f)
        ? Optional.of(Secret.of(text))
        : Optional.empty();
  }

  private static Set<String> scope(@Nullable Object value) {
    return value instanceof String text && !text.isBlank()
        ? Arrays.stream(text.strip().split(" +")).limit(100).collect(Collectors.toSet())
        : Set.of();
  }

  private Duration life(@Nullable Object value) {
    double seconds =
        switch (value) {
          case Number number -> number.doubleValue();
          case String text when text.matches("[0-9]{1,18}") -> Double.parseDouble(text);
          case null, default -> 0;
        };
    if (!(seconds >= 1)) {
      return defaultLife;
    }
    return seconds > LONGEST_LIFE.toSeconds() ? LONGEST_LIFE : Duration.ofSeconds((long) seconds);
  }
}
