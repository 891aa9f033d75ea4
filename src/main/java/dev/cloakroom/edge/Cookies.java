package dev.cloakroom.edge;

import dev.cloakroom.login.AttemptCookie;
import dev.cloakroom.login.Rounds;
import dev.cloakroom.logout.LogoutFlow;
import dev.cloakroom.session.FrontEnd;
import dev.cloakroom.session.SessionId;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Reads and writes the gateway's own cookies, and nobody else's; and reads what an app shows in
/// place of a cookie, where there are apps.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6265#section-4.2 RFC 6265, 4.2
final class Cookies {
  private static final int MAX_ATTEMPTS = 64;
  private static final int MAX_VALUE = 4096;
  private static final Duration ATTEMPT_LIFE = Duration.ofMinutes(10);

  /// The field in which an app shows its handle. Not `Authorization`: that one passes the preflight
  /// of an allowed origin, and may be a proxy's in front. Upstreams see no field of this prefix.
  static final String HANDLE = "X-Cloakroom-Session";

  private final FrontEnd frontEnd;
  private final CookieSettings settings;
  private final boolean apps;

  /// Reads for a front end.
  ///
  /// @param apps whether it has any; else nobody looks for what they would show
  Cookies(FrontEnd frontEnd, CookieSettings settings, boolean apps) {
    this.frontEnd = frontEnd;
    this.settings = settings;
    this.apps = apps;
  }

  /// What the session cookie of a request says.
  sealed interface SessionCookie {
    /// None, or one that cannot be an id: costs nothing.
    record None() implements SessionCookie {}

    /// More than one: nobody can say which is meant, so there is no session.
    record Ambiguous() implements SessionCookie {}

    record One(SessionId id) implements SessionCookie {}
  }

  /// Whose request it is.
  enum Sender {
    /// A browser's: there is no handle.
    BROWSER,
    /// An app's: a handle, good or not, and no session cookie.
    APP,
    /// Both: nobody can say which session is meant.
    UNCLEAR
  }

  /// The gateway's cookies in one request. Of an app, the session is the one of its handle, and no
  /// other cookie counts.
  record Received(
      SessionCookie session,
      List<AttemptCookie> attempts,
      Optional<String> logout,
      Optional<String> rounds,
      Sender sender) {
    Received {
      attempts = List.copyOf(attempts);
    }

    Optional<SessionId> sessionId() {
      return session instanceof SessionCookie.One(var id) ? Optional.of(id) : Optional.empty();
    }

    /// The session that a browser is in.
    Optional<SessionId> browserSession() {
      return sessionId().filter(_ -> sender == Sender.BROWSER);
    }

    /// True when a session cookie came, or anything in place of one.
    boolean claimsSession() {
      return sender != Sender.BROWSER || !(session instanceof SessionCookie.None);
    }
  }

  /// True for a name that no upstream may see or set.
  boolean owns(String name) {
    return name.equals(settings.name())
        || name.startsWith(AttemptCookie.PREFIX)
        || name.equals(LogoutFlow.COOKIE)
        || name.equals(Rounds.COOKIE);
  }

  /// Tolerates whatever a browser, or somebody else, put into the field.
  Received read(MultiMap headers) {
    var cookies = readCookies(headers);
    return apps && headers.contains(HANDLE) ? withHandle(headers, cookies) : cookies.received();
  }

  private Received withHandle(MultiMap headers, Reading cookies) {
    var handles = headers.getAll(HANDLE);
    var session =
        handles.size() == 1
            ? SessionId.parseOfApp(frontEnd, handles.getFirst())
            : Optional.<SessionId>empty();
    return new Received(
        session.<SessionCookie>map(SessionCookie.One::new).orElseGet(SessionCookie.None::new),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        cookies.sessions == 0 ? Sender.APP : Sender.UNCLEAR);
  }

  private Reading readCookies(MultiMap headers) {
    var reading = new Reading();
    for (var field : headers.getAll(HttpHeaders.COOKIE)) {
      for (int start = 0; start <= field.length(); ) {
        int semicolon = field.indexOf(';', start);
        int end = semicolon < 0 ? field.length() : semicolon;
        reading.pair(field, start, end);
        start = end + 1;
      }
    }
    return reading;
  }

  private final class Reading {
    private final List<AttemptCookie> attempts = new ArrayList<>(0);
    private SessionCookie session = new SessionCookie.None();
    private int sessions;
    private Optional<String> logout = Optional.empty();
    private Optional<String> rounds = Optional.empty();

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
      } else if (name.equals(Rounds.COOKIE)) {
        rounds = Optional.of(value);
      } else if (attempts.size() < MAX_ATTEMPTS) {
        attempts.add(new AttemptCookie(name, value, false));
      }
    }

    Received received() {
      return new Received(
          sessions > 1 ? new SessionCookie.Ambiguous() : session,
          attempts,
          logout,
          rounds,
          Sender.BROWSER);
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

  static String rounds(String value) {
    return Rounds.COOKIE + "=" + value + attributes("Lax") + "; Max-Age=" + Rounds.LIFE.toSeconds();
  }

  static String roundsCleared() {
    return Rounds.COOKIE + "=" + attributes("Lax") + "; Max-Age=0";
  }

  private static String attributes(String sameSite) {
    return "; Path=/; Secure; HttpOnly; SameSite=" + sameSite;
  }
}
