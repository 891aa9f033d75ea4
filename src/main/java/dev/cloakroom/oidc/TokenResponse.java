package dev.cloakroom.oidc;

import dev.cloakroom.crypto.Secret;
import dev.cloakroom.jose.DecryptionKeys;
import dev.cloakroom.jose.ProofKey;
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
  private static final String BEARER = "bearer";
  private static final String BOUND = "dpop";
  private static final String NO_USE = "n_a";
  private static final Set<String> ERRORS =
      Set.of(
          "invalid_request",
          "invalid_client",
          "invalid_grant",
          "unauthorized_client",
          "unsupported_grant_type",
          "invalid_scope",
          "invalid_target",
          "invalid_dpop_proof",
          "use_dpop_nonce");

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

  /// Reads an answer. Where there is a key, tokens are bound to it or of no use.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc9449#section-5 RFC 9449, 5
  TokenAnswer read(Answer answer, Optional<ProofKey> key) {
    return read(answer, body -> issued(body, Set.of(), key));
  }

  /// Reads the answer to a token exchange: the type that was asked for and no other. What is no
  /// access token has no type of use, and is bound to nothing.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc8693#section-2.2.1 RFC 8693, 2.2.1
  TokenAnswer readExchange(Answer answer, String type, Optional<ProofKey> key) {
    return read(
        answer,
        body ->
            type.equals(body.getValue("issued_token_type"))
                ? issued(
                    body,
                    type.equals(TokenTarget.ACCESS_TOKEN) ? Set.of() : Set.of(NO_USE, BEARER),
                    key)
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

  /// @param unbound types that are as good as the one that was asked for
  private TokenAnswer issued(JsonObject body, Set<String> unbound, Optional<ProofKey> key) {
    var access = token(body, "access_token", LONGEST_ACCESS);
    if (access.isEmpty()) {
      return new TokenAnswer.Unfit("access_token_missing");
    }
    var wanted = key.isPresent() ? BOUND : BEARER;
    var type =
        body.getValue("token_type") instanceof String text ? text.toLowerCase(Locale.ROOT) : "";
    var sent = token(body, "id_token", LONGEST);
    var idToken = decryptionKeys.map(keys -> sent.flatMap(keys::decrypt)).orElse(sent);
    var now = clock.instant();
    var tokens =
        new Tokens(
            access.get(),
            token(body, "refresh_token", LONGEST),
            idToken,
            scope(body.getValue("scope")),
            now,
            now.plus(life(body.getValue("expires_in"))),
            key.filter(_ -> type.equals(BOUND)));
    if (!type.equals(wanted) && !unbound.contains(type)) {
      return new TokenAnswer.Unfit("token_type_not_" + wanted, Optional.of(tokens));
    }
    return new TokenAnswer.Issued(
        tokens,
        sent.isPresent() && idToken.isEmpty(),
        body.getValue("authorization_details") instanceof JsonArray granted && !granted.isEmpty());
  }

  /// Visible ASCII only: the access token goes into a header field.
  private static Optional<Secret> token(JsonObject body, String name, int longest) {
    return body.getValue(name) instanceof String text && !text.isEmpty() && text.length() <= longest
        ? Optional.of(Secret.of(text)).filter(Secret::isVisibleAscii)
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
