package dev.cloakroom.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.crypto.Sha256;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What opens a session: 256 random bits, base64url, 43 characters; the value of the session
/// cookie, or the handle of an app. Never printed, and no store sees it. What was made for the one
/// holder names nothing when it comes from the other.
public final class SessionId {
  private static final int LENGTH = 43;
  private static final byte FITS = 1;

  /// Which characters there are. Looked up rather than compared: of random characters, no processor
  /// guesses how comparisons end.
  private static final byte[] BASE64URL = new byte[128];

  static {
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        .chars()
        .forEach(c -> BASE64URL[c] = FITS);
  }

  private static final String BROWSER = "";
  private static final String APP = "app";

  private final FrontEnd frontEnd;
  private final String holder;
  private final String value;
  private @Nullable SessionKey key; // computed once a request; a race computes the same twice

  private SessionId(FrontEnd frontEnd, String holder, String value) {
    this.frontEnd = frontEnd;
    this.holder = holder;
    this.value = value;
  }

  /// For a cookie.
  public static SessionId draw(FrontEnd frontEnd, Entropy entropy) {
    return new SessionId(frontEnd, BROWSER, entropy.token());
  }

  /// For an app.
  public static SessionId drawForApp(FrontEnd frontEnd, Entropy entropy) {
    return new SessionId(frontEnd, APP, entropy.token());
  }

  /// That of a one-time code, which names its session only together with all that it is `bound` to.
  ///
  /// @param value of the code: 256 random bits
  public static SessionId ofCode(FrontEnd frontEnd, String bound, String value) {
    return new SessionId(frontEnd, "code " + bound, value);
  }

  /// A cookie's value. Empty for anything that cannot be an id of ours, so that garbage costs no
  /// store call.
  ///
  /// @param frontEnd the one that was shown it
  public static Optional<SessionId> parse(FrontEnd frontEnd, String candidate) {
    return parse(frontEnd, BROWSER, candidate);
  }

  /// The same of what an app showed.
  public static Optional<SessionId> parseOfApp(FrontEnd frontEnd, String candidate) {
    return parse(frontEnd, APP, candidate);
  }

  private static Optional<SessionId> parse(FrontEnd frontEnd, String holder, String candidate) {
    if (candidate.length() != LENGTH) {
      return Optional.empty();
    }
    int fits = FITS;
    for (int i = 0; i < LENGTH; i++) {
      char c = candidate.charAt(i);
      fits &= c < BASE64URL.length ? BASE64URL[c] : 0;
    }
    if (fits == 0) {
      return Optional.empty();
    }
    return Optional.of(new SessionId(frontEnd, holder, candidate));
  }

  /// What a store knows the session by: the SHA-256 of the value, behind the name of the front end
  /// where there are several, and behind who holds it unless that is a browser. A value that
  /// another front end is shown, or by another holder, names nothing.
  public SessionKey key() {
    var known = key;
    if (known == null) {
      known = SessionKey.of(Sha256.hash((prefix() + value).getBytes(UTF_8)));
      key = known;
    }
    return known;
  }

  /// No name of a front end has a colon.
  private String prefix() {
    if (!holder.equals(BROWSER)) {
      return holder + ":" + frontEnd.name() + " ";
    }
    return frontEnd.isOnly() ? "" : frontEnd.name() + " ";
  }

  /// The value, for its holder and for deriving the session's own sealing key.
  public String reveal() {
    return value;
  }

  @Override
  public String toString() {
    return "SessionId[hidden]";
  }
}
