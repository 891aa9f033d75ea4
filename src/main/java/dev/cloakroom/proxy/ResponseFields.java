package dev.cloakroom.proxy;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;

/// Decides which fields of an upstream's answer the browser sees.
///
/// Dropped: fields of one connection and those that `Connection` names; `Access-Control-*`, since
/// the gateway alone answers for CORS; cookies under the gateway's names; challenges that would
/// make a browser prompt; and what speaks for a whole origin, which is the gateway's and not the
/// upstream's: `Strict-Transport-Security`, `Alt-Svc`, `Clear-Site-Data`, `Public-Key-Pins`.
/// `Server` goes too, and `DPoP-Nonce`, which is meant for whoever makes the proofs, and an
/// `Authorization` that an upstream sends back by mistake. Everything else, with `Location`, passes
/// unchanged.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9110#section-7.6 RFC 9110, 7.6
final class ResponseFields {
  private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");

  private static final int PRESET = 8;

  private ResponseFields() {}

  /// Copies what may pass. Fields that `to` already holds win, but for `Vary` and `Set-Cookie`,
  /// which add up.
  ///
  /// @param length whether `Content-Length` passes; where not, the caller frames anew
  static void copy(
      MultiMap from, MultiMap to, Forwarding forwarding, int status, ContentLength length) {
    var options = ConnectionOptions.of(from);
    var preset = names(to);
    for (var field : from) {
      var name = field.getKey();
      var value = field.getValue();
      switch (treatment(name)) {
        case DROP -> {}
        case LENGTH -> {
          if (length == ContentLength.PASS) {
            to.set(HttpHeaders.CONTENT_LENGTH, value);
          }
        }
        case COOKIE -> {
          if (!OwnCookieFields.sets(value, forwarding.ownCookies())) {
            to.add(HttpHeaders.SET_COOKIE, value);
          }
        }
        case CHALLENGE -> {
          var rest = Challenges.withoutPrompts(value);
          if (rest != null) {
            to.add("WWW-Authenticate", rest);
          }
        }
        case PASS -> {
          if (!options.names(name) && !isPreset(preset, name)) {
            to.add(name, value);
          }
        }
      }
    }
    if (forwarding.route().access() != Route.Access.ANONYMOUS
        && status != 304
        && !to.contains(HttpHeaders.CACHE_CONTROL)) {
      to.set(HttpHeaders.CACHE_CONTROL, NO_STORE);
    }
  }

  /// Not by [MultiMap#names], which sorts them.
  private static List<String> names(MultiMap fields) {
    var names = new ArrayList<String>(PRESET);
    for (var field : fields) {
      names.add(field.getKey());
    }
    return names;
  }

  private static boolean isPreset(List<String> preset, String name) {
    for (var each : preset) {
      if (each.equalsIgnoreCase(name)) {
        return !name.equalsIgnoreCase("vary");
      }
    }
    return false;
  }

  /// What becomes of `Content-Length`.
  enum ContentLength {
    PASS,
    DROP
  }

  /// What becomes of a field.
  enum Treatment {
    PASS,
    DROP,
    LENGTH,
    COOKIE,
    CHALLENGE
  }

  static Treatment treatment(String name) {
    if (FieldName.is(name, "content-length")) {
      return Treatment.LENGTH;
    }
    if (FieldName.is(name, "set-cookie")) {
      return Treatment.COOKIE;
    }
    if (FieldName.is(name, "www-authenticate")) {
      return Treatment.CHALLENGE;
    }
    var drop =
        switch (FieldName.first(name)) {
          case 'a' ->
              FieldName.startsWith(name, "access-control-")
                  || FieldName.is(name, "alt-svc")
                  || FieldName.is(name, "authorization");
          case 'c' -> FieldName.is(name, "connection") || FieldName.is(name, "clear-site-data");
          case 'd' -> FieldName.is(name, "dpop") || FieldName.is(name, "dpop-nonce");
          case 'k' -> FieldName.is(name, "keep-alive");
          case 'p' ->
              FieldName.startsWith(name, "proxy-") || FieldName.startsWith(name, "public-key-pins");
          case 's' ->
              FieldName.is(name, "server")
                  || FieldName.is(name, "strict-transport-security")
                  || FieldName.is(name, "set-cookie2");
          case 't' ->
              FieldName.is(name, "te")
                  || FieldName.is(name, "trailer")
                  || FieldName.is(name, "transfer-encoding");
          case 'u' -> FieldName.is(name, "upgrade");
          default -> false;
        };
    return drop ? Treatment.DROP : Treatment.PASS;
  }
}
