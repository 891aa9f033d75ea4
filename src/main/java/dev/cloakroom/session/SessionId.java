package dev.cloakroom.session;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.cloakroom.crypto.Entropy;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The value of the session cookie: 256 random bits, base64url, 43 characters. It opens a session,
/// so it is never printed and no store sees it.
public final class SessionId {
  private static final int LENGTH = 43;

  private final FrontEnd frontEnd;
  private final String value;
  private @Nullable SessionKey key; // computed once a request; a race computes the same twice

  private SessionId(FrontEnd frontEnd, String value) {
    this.frontEnd = frontEnd;
    this.value = value;
  }

  public static SessionId draw(FrontEnd frontEnd, Entropy entropy) {
    return new SessionId(frontEnd, entropy.token());
  }

  /// Empty for anything that cannot be an id of ours, so that garbage costs no store call.
  ///
  /// @param frontEnd the one that was shown it
  public static Optional<SessionId> parse(FrontEnd frontEnd, String candidate) {
    if (candidate.length() != LENGTH) {
      return Optional.empty();
    }
    for (int i = 0; i < LENGTH; i++) {
      char c = candidate.charAt(i);
      boolean base64url =
          (c >= 'A' && c <= 'Z')
              || (c >= 'a' && c <= 'z')
              || (c >= '0' && c <= '9')
              || c == '-'
              || c == '_';
      if (!base64url) {
        return Optional.empty();
      }
    }
    return Optional.of(new SessionId(frontEnd, candidate));
  }

  /// What a store knows the session by: the SHA-256 of the cookie's value, behind the name of the
  /// front end where there are several. A value that another front end is shown names nothing.
  public SessionKey key() {
    var known = key;
    if (known == null) {
      known = hash(frontEnd.isOnly() ? value : frontEnd.name() + " " + value);
      key = known;
    }
    return known;
  }

  private static SessionKey hash(String text) {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(US_ASCII));
      return new SessionKey(Base64.getUrlEncoder().withoutPadding().encodeToString(digest));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /// The cookie's value, for the cookie and for deriving the session's own sealing key.
  public String reveal() {
    return value;
  }

  @Override
  public String toString() {
    return "SessionId[hidden]";
  }
}
