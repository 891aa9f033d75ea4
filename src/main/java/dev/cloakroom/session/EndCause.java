package dev.cloakroom.session;

import java.util.Arrays;

/// Why a session ended; the audit log and `/auth/events` say it.
public enum EndCause {
  /// The user logged out.
  LOGOUT(true),
  /// The user ended it from another session.
  ENDED_BY_USER(true),
  /// A newer login in the same browser took its place.
  REPLACED(true),
  /// An app redeemed its code: the session goes on under the app's own handle.
  REDEEMED(true),
  /// Somebody redeemed an app's code a second time.
  CODE_REPLAYED(true),
  /// The provider said so, server to server.
  BACK_CHANNEL(true),
  /// The provider said so, through the browser.
  FRONT_CHANNEL(true),
  /// An administrator ended it.
  ADMIN(true),
  /// The provider no longer takes the refresh token.
  REFRESH_REFUSED(false),
  /// Nobody used it for `idle_timeout`.
  IDLE(false),
  /// It reached `max_lifetime`.
  ABSOLUTE(false),
  /// The bound on sessions was reached.
  EVICTED(false);

  private final boolean remembered;

  EndCause(boolean remembered) {
    this.remembered = remembered;
  }

  /// True when the store remembers the end for ten minutes, so that a late call is told
  /// `session_ended` rather than `session_expired`.
  public boolean remembered() {
    return remembered;
  }

  /// The cause of that name; [#LOGOUT] for one of a later version, which is an end all the same.
  public static EndCause named(String name) {
    return Arrays.stream(values())
        .filter(cause -> cause.name().equals(name))
        .findFirst()
        .orElse(LOGOUT);
  }
}
