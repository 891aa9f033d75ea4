package dev.cloakroom.login;

/// A login-attempt cookie: `__Host-Http-login-<short>` and its sealed value.
///
/// @param crossSitePost the provider answers with a cross-site POST, so that the cookie must be
///   `SameSite=None` (`Lax` otherwise)
public record AttemptCookie(String name, String value, boolean crossSitePost) {
  /// What every attempt cookie's name begins with.
  public static final String PREFIX = "__Host-Http-login-";

  @Override
  public String toString() {
    return "AttemptCookie[" + name + "]";
  }
}
