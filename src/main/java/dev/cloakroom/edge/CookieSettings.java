package dev.cloakroom.edge;

/// The session cookie (`session.cookie.*`).
///
/// @param persistent sets `Max-Age` to the rest of `max_lifetime`
public record CookieSettings(String name, SameSite sameSite, boolean persistent) {
  public CookieSettings {
    if (!name.startsWith("__Host-")) {
      throw new IllegalArgumentException("the cookie's name must start with __Host-");
    }
  }

  public enum SameSite {
    STRICT,
    LAX
  }
}
