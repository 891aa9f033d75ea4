package dev.cloakroom.edge;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;

/// The fields every answer of the gateway's own carries, and those of the app's files.
///
/// @spec https://www.w3.org/TR/CSP3/ Content Security Policy Level 3
/// @spec https://www.rfc-editor.org/rfc/rfc6797#section-6.1 RFC 6797, 6.1
final class SecurityHeaders {
  static final String APP_POLICY =
      "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src"
          + " 'self'; connect-src 'self'; form-action 'self'; object-src 'none'; base-uri 'none';"
          + " frame-ancestors 'none'";
  private static final String NOTHING =
      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  private static final String PERMISSIONS =
      "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(),"
          + " payment=(), usb=()";

  /// Those of every call, ready to be written.
  private static final CharSequence STS = HttpHeaders.createOptimized("Strict-Transport-Security");

  private static final CharSequence ONE_YEAR = HttpHeaders.createOptimized("max-age=31536000");
  private static final CharSequence CORP =
      HttpHeaders.createOptimized("Cross-Origin-Resource-Policy");
  private static final CharSequence SAME_ORIGIN = HttpHeaders.createOptimized("same-origin");
  private static final CharSequence CONTENT_TYPE_OPTIONS =
      HttpHeaders.createOptimized("X-Content-Type-Options");
  private static final CharSequence NOSNIFF = HttpHeaders.createOptimized("nosniff");

  private final Surface surface;

  SecurityHeaders(Surface surface) {
    this.surface = surface;
  }

  /// For problems, JSON, redirects and pages of our own.
  void own(MultiMap headers) {
    common(headers);
    headers
        .set("Cache-Control", "no-store")
        .set("Referrer-Policy", "no-referrer")
        .set("Content-Security-Policy", NOTHING);
  }

  /// For a page of our own, on top of [#own]: its one style sheet, and nothing else.
  static void page(MultiMap headers, String styleHash) {
    headers.set(
        "Content-Security-Policy",
        "default-src 'none'; style-src '"
            + styleHash
            + "'; base-uri 'none'; form-action 'none';"
            + " frame-ancestors 'none'");
  }

  /// For the one page that another origin may frame, on top of [#own]. The older field knows no
  /// origins, so it goes.
  static void framed(MultiMap headers, String ancestor) {
    headers
        .remove("X-Frame-Options")
        .set(
            "Content-Security-Policy",
            "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors " + ancestor);
  }

  /// For the files of the app.
  void app(MultiMap headers, String policy) {
    common(headers);
    headers
        .set("Referrer-Policy", "strict-origin-when-cross-origin")
        .set("Content-Security-Policy", policy);
  }

  /// For an answer of an upstream that may show what belongs to a session.
  void relayed(MultiMap headers) {
    transport(headers);
    headers.set(CORP, SAME_ORIGIN).set(CONTENT_TYPE_OPTIONS, NOSNIFF);
  }

  private void common(MultiMap headers) {
    transport(headers);
    headers
        .set(CONTENT_TYPE_OPTIONS, NOSNIFF)
        .set("X-Frame-Options", "DENY")
        .set("Cross-Origin-Opener-Policy", "same-origin")
        .set(CORP, SAME_ORIGIN)
        .set("Permissions-Policy", PERMISSIONS);
  }

  void transport(MultiMap headers) {
    if (surface.https()) {
      headers.set(STS, ONE_YEAR);
    }
  }
}
