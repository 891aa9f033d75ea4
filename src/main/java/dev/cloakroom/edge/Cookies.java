package dev.cloakroom.edge;

import dev.cloakroom.login.AttemptCookie;
import dev.cloakroom.logout.LogoutFlow;
import dev.cloakroom.session.FrontEnd;
import dev.cloakroom.session.SessionId;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Reads and writes the gateway's own cookies, and nobody else's.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6265#section-4.2 RFC 6265, 4.2
final class Cookies {
  private static final int MAX_ATTEMPTS = 64;
  private static final int MAX_VALUE = 4096;
  private static final Duration ATTEMPT_LIFE = Duration.ofMinutes(10);

  private final FrontEnd frontEnd;
  private final CookieSettings settings;

  Cookies(FrontEnd frontEnd, CookieSettings settings) {
    this.frontEnd = frontEnd;
    this.settings = settings;
  }

  /// What the session cookie of a request says.
  sealed interface SessionCookie {
    /// None, or one that cannot be an id: costs nothing.
    record None() implements SessionCookie {}

    /// More than one: nobody can say which is meant, so there is no session.
    record Ambiguous() implements SessionCookie {}

    record One(SessionId id) implements SessionCookie {}
  }

  /// The gateway's cookies in one request.
  record Received(SessionCookie session, List<AttemptCookie> attempts, Optional<String> logout) {
    Received {
      attempts = List.copyOf(attempts);
    }

    Optional<SessionId> sessionId() {
      return session instanceof SessionCookie.One(var id) ? Optional.of(id) : Optional.empty();
    }

    /// True when the browser sent a session cookie at all.
    boolean claimsSession() {
      return !(session instanceof SessionCookie.None);
    }
  }

  /// True for a name that no upstream may see or set.
  boolean owns(String name) {
    return name.equals(settings.name())
        || name.startsWith(AttemptCookie.PREFIX)
        || name.equals(LogoutFlow.COOKIE);
  }

  /// Tolerates whatever a browser, or somebody else, put into the field.
  Received read(MultiMap headers) {
    var reading = new Reading();
    for (var field : headers.getAll("Cookie")) {
      for (int start = 0; start <= field.length(); ) {
        int semicolon = field.indexOf(';', start);
        int end = semicolon < 0 ? field.length() : semicolon;
        reading.pair(field, start, end);
        start = end + 1;
      }
    }
    return reading.received();
  }

  private final class Reading {
    private final List<AttemptCookie> attempts = new ArrayList<>(0);
    private SessionCookie session = new SessionCookie.None();
    private int sessions;
    private Optional<String> logout = Optional.empty();

    void pair(String field, int start, int end) {
      int equals = field.indexOf('=', start);
      if (equals < 0 || equals >= end) {
        return;
      }
      var name = field.substring(start, equals).strip();
      if (!owns(name)) {
        return;
      }
      var value = field.substring(equals + 1, end).strip();
      if (name.equals(settings.name())) {
        session(value);
      } else if (value.length() <= MAX_VALUE) {
        other(name, value);
      }
    }

    private void session(String value) {
      sessions++;
      session =
          SessionId.parse(frontEnd, value)
              .<SessionCookie>map(SessionCookie.One::new)
              .orElseGet(SessionCookie.None::new);
    }

    private void other(String name, String value) {
      if (name.equals(LogoutFlow.COOKIE)) {
        logout = Optional.of(value);
      } else if (attempts.size() < MAX_ATTEMPTS) {
        attempts.add(new AttemptCookie(name, value, false));
      }
    }

    Received received() {
      return new Received(sessions > 1 ? new SessionCookie.Ambiguous() : session, attempts, logout);
    }
  }

  /// The session cookie. `rest` of the session's life is told only when it is persistent.
  String session(SessionId id, Duration rest) {
    var cookie = settings.name() + "=" + id.reveal() + sessionAttributes();
    return settings.persistent() ? cookie + "; Max-Age=" + Math.max(1, rest.toSeconds()) : cookie;
  }

  String sessionCleared() {
    return settings.name() + "=" + sessionAttributes() + "; Max-Age=0";
  }

  private String sessionAttributes() {
    var name = settings.sameSite().name();
    return attributes(name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT));
  }

  static String attempt(AttemptCookie cookie) {
    return cookie.name()
        + "="
        + cookie.value()
        + attributes(cookie.crossSitePost() ? "None" : "Lax")
        + "; Max-Age="
        + ATTEMPT_LIFE.toSeconds();
  }

  /// Deletes an attempt cookie, whichever `SameSite` it had.
  static String attemptCleared(String name) {
    return name + "=" + attributes("Lax") + "; Max-Age=0";
  }

  static String logout(String value, Duration life) {
    return LogoutFlow.COOKIE + "=" + value + attributes("Lax") + "; Max-Age=" + life.toSeconds();
  }

  static String logoutCleared() {
    return LogoutFlow.COOKIE + "=" + attributes("Lax") + "; Max-Age=0";
  }

  private static String attributes(String sameSite) {
    return "; Path=/; Secure; HttpOnly; SameSite=" + sameSite;
  }
}
