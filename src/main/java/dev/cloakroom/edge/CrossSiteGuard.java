package dev.cloakroom.edge;

import dev.cloakroom.proxy.Route;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.Objects;

/// Decides whether a request that may use the session proves where it came from. Pure; asked before
/// any session, refresh or upstream work.
///
/// Fetch Metadata first, where the browser sends it; then an exact `Origin`; then the header
/// `X-CSRF: 1`, which no other origin can send without a preflight. A WebSocket handshake carries
/// neither Fetch Metadata nor custom fields, so there `Origin` decides, always.
///
/// @spec https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header Fetch Metadata, 2.4
/// @spec https://www.rfc-editor.org/rfc/rfc6455#section-10.2 RFC 6455, 10.2
final class CrossSiteGuard {
  private static final CharSequence SITE = HttpHeaders.createOptimized("sec-fetch-site");
  private static final CharSequence MODE = HttpHeaders.createOptimized("sec-fetch-mode");
  private static final CharSequence DEST = HttpHeaders.createOptimized("sec-fetch-dest");
  private static final CharSequence CSRF = HttpHeaders.createOptimized("x-csrf");

  private final Surface surface;

  CrossSiteGuard(Surface surface) {
    this.surface = surface;
  }

  sealed interface Verdict {
    record Proved() implements Verdict {}

    /// Would have been refused, had the route not said `csrf: report`.
    record Reported(String reason) implements Verdict {}

    record Refused(ProblemCode code, String reason) implements Verdict {}
  }

  private static final Verdict PROVED = new Verdict.Proved();

  /// Checks one request, of whomever. An app proves nothing with its handle beside that it is none
  /// of a browser's: no page can send the field without a preflight, which nobody passes, and what
  /// a browser adds to every request is not in it.
  Verdict check(Route.Csrf mode, Request request, Cookies.Received received) {
    return switch (received.sender()) {
      case BROWSER ->
          check(mode, request.method(), request.target().authority(), request.headers());
      case APP -> ofApp(request.target().authority(), request.headers());
      case UNCLEAR -> new Verdict.Refused(ProblemCode.BAD_REQUEST, "handle beside a cookie");
    };
  }

  /// Some clients name the gateway's own origin in the handshake of a socket. No page can: its
  /// sockets send no field of its choice.
  private Verdict ofApp(String authority, MultiMap headers) {
    boolean names = headers.contains(HttpHeaders.ORIGIN) && !headers.contains(SITE);
    boolean own = names && Request.isUpgrade(headers) && ownOrigin(authority, headers);
    return own || !isOfBrowser(headers) ? PROVED : refused("handle from a browser");
  }

  /// What every browser says of itself, and no app need.
  static boolean isOfBrowser(MultiMap headers) {
    return headers.contains(HttpHeaders.ORIGIN)
        || headers.contains(SITE)
        || headers.contains(MODE)
        || headers.contains(DEST);
  }

  /// Checks one request of a browser.
  ///
  /// @param authority the normalised authority it was sent to
  Verdict check(Route.Csrf mode, String method, String authority, MultiMap headers) {
    if (Request.isUpgrade(headers)) {
      return upgrade(authority, headers);
    }
    return switch (mode) {
      case AUTO -> auto(method, authority, headers);
      case HEADER ->
          customHeader(headers) ? auto(method, authority, headers) : refused("x-csrf missing");
      case REPORT ->
          auto(method, authority, headers) instanceof Verdict.Refused(_, var reason)
              ? new Verdict.Reported(reason)
              : PROVED;
      case INSECURE_OFF -> PROVED;
    };
  }

  private Verdict upgrade(String authority, MultiMap headers) {
    return ownOrigin(authority, headers) || allowedOrigin(headers)
        ? PROVED
        : new Verdict.Refused(ProblemCode.ORIGIN_NOT_ALLOWED, "websocket origin");
  }

  private Verdict auto(String method, String authority, MultiMap headers) {
    var sites = headers.getAll(SITE);
    if (sites.isEmpty()) {
      return withoutFetchMetadata(authority, headers);
    }
    if (sites.size() > 1) {
      return refused("sec-fetch-site repeated");
    }
    return switch (sites.getFirst()) {
      case "same-origin" -> PROVED;
      case "none" -> typedIn(method, headers) ? PROVED : refused("sec-fetch-site none");
      case "same-site", "cross-site" ->
          allowedOrigin(headers) ? PROVED : refused("sec-fetch-site " + sites.getFirst());
      default -> refused("sec-fetch-site unknown");
    };
  }

  private Verdict withoutFetchMetadata(String authority, MultiMap headers) {
    if (headers.contains(HttpHeaders.ORIGIN)) {
      return ownOrigin(authority, headers) || allowedOrigin(headers) ? PROVED : refused("origin");
    }
    return customHeader(headers) ? PROVED : refused("no proof");
  }

  private boolean ownOrigin(String authority, MultiMap headers) {
    var origins = headers.getAll(HttpHeaders.ORIGIN);
    return origins.size() == 1 && origins.getFirst().equals(surface.origin(authority));
  }

  private boolean allowedOrigin(MultiMap headers) {
    var origins = headers.getAll(HttpHeaders.ORIGIN);
    return origins.size() == 1
        && !origins.getFirst().equals("null")
        && surface.allowedOrigins().contains(origins.getFirst());
  }

  private static boolean typedIn(String method, MultiMap headers) {
    return method.equals("GET")
        && Objects.equals(headers.get(MODE), "navigate")
        && Objects.equals(headers.get(DEST), "document");
  }

  private static boolean customHeader(MultiMap headers) {
    var values = headers.getAll(CSRF);
    return values.size() == 1 && values.getFirst().equals("1");
  }

  private static Verdict refused(String reason) {
    return new Verdict.Refused(ProblemCode.CROSS_SITE_REQUEST, reason);
  }
}
