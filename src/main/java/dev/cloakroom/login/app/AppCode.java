package dev.cloakroom.login.app;

import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.session.FrontEnd;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionId;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Pattern;

/// A one-time code for an app: 256 random bits, and what is public about the session it stands for.
/// All of it goes into the key of that session, so that nothing of it can be altered. Never
/// printed.
///
/// @param value the random bits, base64url
/// @param handle the public name of the session; opens nothing
/// @param expiresAt the end of the session once the code is redeemed, to the second
/// @spec https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2 RFC 6749, 4.1.2
public record AppCode(String value, String handle, Instant expiresAt) {
  /// How long a code may be on its way.
  public static final Duration LIFE = Duration.ofMinutes(1);

  private static final Pattern FORM =
      Pattern.compile("([A-Za-z0-9_-]{43})\\.([A-Za-z0-9_-]{22})\\.([1-9][0-9]{0,11})");

  /// A code for a session that is about to begin.
  public static AppCode draw(Session session, Entropy entropy) {
    return new AppCode(
        entropy.token(), session.handle(), session.expiresAt().truncatedTo(ChronoUnit.SECONDS));
  }

  /// Empty for anything that cannot be a code of ours.
  static Optional<AppCode> parse(String text) {
    var matcher = FORM.matcher(text);
    return matcher.matches()
        ? Optional.of(
            new AppCode(
                matcher.group(1),
                matcher.group(2),
                Instant.ofEpochSecond(Long.parseLong(matcher.group(3)))))
        : Optional.empty();
  }

  String text() {
    return value + "." + handle + "." + expiresAt.getEpochSecond();
  }

  /// What the session is stored under until the code is redeemed. Whoever names another app,
  /// redirect URI or verifier gets the id of nothing.
  public SessionId id(FrontEnd frontEnd, AppLogin login) {
    return id(frontEnd, login.app(), login.redirectUri(), login.challenge());
  }

  SessionId id(FrontEnd frontEnd, String app, String redirectUri, String challenge) {
    var bound =
        String.join(
            " ", app, challenge, handle, Long.toString(expiresAt.getEpochSecond()), redirectUri);
    return SessionId.ofCode(frontEnd, bound, value);
  }

  @Override
  public String toString() {
    return "AppCode[hidden]";
  }
}
