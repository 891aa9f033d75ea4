package dev.cloakroom.config.text;

/// Credentials in a URL, as in `http://user:password@host`. No key of ours takes them, but people
/// write them, and a finding must not show them. What only looks like it is masked as well.
///
/// @spec https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1 RFC 3986, 3.2.1
public final class Userinfo {
  private static final String MASK = "***";

  private Userinfo() {}

  public static boolean isIn(String text) {
    int colon = text.indexOf(':');
    return colon >= 0 && colon < text.lastIndexOf('@');
  }

  /// The text with a mask in place of whatever may be credentials, up to the last `@`.
  public static String masked(String text) {
    if (!isIn(text)) {
      return text;
    }
    int at = text.lastIndexOf('@');
    int scheme = text.indexOf("://");
    int from = scheme >= 0 && scheme < at ? scheme + "://".length() : 0;
    return text.substring(0, from) + MASK + text.substring(at);
  }
}
