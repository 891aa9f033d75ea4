package dev.cloakroom.edge;

import dev.cloakroom.login.LoginRequest.From;
import io.vertx.core.MultiMap;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Tells a person at an address bar from a script. Fetch Metadata decides where the browser sends
/// it; else an `Accept` that names HTML.
///
/// @spec https://www.w3.org/TR/fetch-metadata/#sec-fetch-mode-header Fetch Metadata, 2.2
final class Navigation {
  private Navigation() {}

  /// True when the answer will be shown in a tab, so that it should be a page.
  static boolean wantsPage(MultiMap headers) {
    var mode = headers.get("Sec-Fetch-Mode");
    var dest = headers.get("Sec-Fetch-Dest");
    if (mode != null || dest != null) {
      return (mode == null || mode.equals("navigate")) && (dest == null || dest.equals("document"));
    }
    return !headers.contains("X-Requested-With") && namesHtml(headers.get("Accept"));
  }

  /// True unless the request says that it is something else than a navigation of a tab.
  static boolean mayBeNavigation(MultiMap headers) {
    var mode = headers.get("Sec-Fetch-Mode");
    var dest = headers.get("Sec-Fetch-Dest");
    return (mode == null || mode.equals("navigate"))
        && (dest == null || dest.equals("document"))
        && !headers.contains("X-Requested-With");
  }

  /// True when nobody has asked for the page yet: the browser only guesses that somebody will.
  static boolean isPrefetch(MultiMap headers) {
    return mentionsPrefetch(headers.get("Sec-Purpose"))
        || mentionsPrefetch(headers.get("Purpose"))
        || mentionsPrefetch(headers.get("X-Moz"));
  }

  /// True when a page of another origin started the request.
  static boolean isForeign(MultiMap headers) {
    var site = headers.get("Sec-Fetch-Site");
    return site != null && !site.equals("same-origin") && !site.equals("none");
  }

  /// Where the navigation came from. Only Fetch Metadata can say that it was here.
  static From from(MultiMap headers) {
    if (isForeign(headers)) {
      return From.ELSEWHERE;
    }
    var told = headers.getAll("Sec-Fetch-Site");
    if (told.size() != 1) {
      return From.UNTOLD;
    }
    return told.getFirst().equals("none") ? From.HERE : From.OWN_PAGE;
  }

  private static boolean namesHtml(@Nullable String accept) {
    return accept != null && accept.toLowerCase(Locale.ROOT).contains("text/html");
  }

  private static boolean mentionsPrefetch(@Nullable String purpose) {
    return purpose != null && purpose.toLowerCase(Locale.ROOT).contains("prefetch");
  }
}
