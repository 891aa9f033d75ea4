package dev.cloakroom.edge;

import java.util.Locale;

/// Every error the gateway itself answers with. The code is stable; programs may rely on it.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9457#section-3.1.1 RFC 9457, 3.1.1
public enum ProblemCode {
  BAD_REQUEST(400, "Bad request", "The request cannot be understood."),
  INVALID_PARAMETER(400, "Invalid parameter", "A parameter is malformed, repeated or not allowed."),
  INVALID_CODE(
      400, "Invalid code", "The code is unknown, too old, used before, or not for this app."),
  INVALID_RETURN_TO(
      400, "Invalid return address", "The address to return to must be a path of this site."),
  INVALID_REQUEST_PATH(400, "Invalid request path", "The path of the request is ambiguous."),
  NAVIGATION_REQUIRED(
      400, "Navigation required", "This address is for the address bar, not for a script."),
  LOGIN_STATE_MISMATCH(
      400,
      "Sign-in could not be completed",
      "This sign-in was not started in this browser, took too long, or was already finished."),
  LOGIN_REJECTED(400, "Sign-in was refused", "The sign-in service did not confirm the sign-in."),
  LOGIN_LOOP(
      400,
      "Sign-in goes round in circles",
      "You have just signed in, and were sent to sign in again."),
  LOGIN_REQUIRED(401, "Sign-in required", "You are not signed in."),
  SESSION_EXPIRED(401, "Session expired", "The session is over. Please sign in again."),
  SESSION_ENDED(401, "Session ended", "The session was ended. Please sign in again."),
  STEP_UP_REQUIRED(
      401, "Stronger sign-in required", "This needs a more recent or a stronger sign-in."),
  CROSS_SITE_REQUEST(403, "Cross-site request", "The request does not prove its origin."),
  ORIGIN_NOT_ALLOWED(403, "Origin not allowed", "This origin may not open a WebSocket here."),
  FORBIDDEN(403, "Forbidden", "The session does not have what this needs."),
  NO_SUCH_ROUTE(404, "Not found", "There is nothing at this address."),
  METHOD_NOT_ALLOWED(405, "Method not allowed", "This method is not allowed at this address."),
  REQUEST_TIMEOUT(408, "Request timeout", "The request took too long to arrive."),
  CONTENT_TOO_LARGE(413, "Content too large", "The body of the request is too large."),
  URI_TOO_LONG(414, "URI too long", "The address of the request is too long."),
  UNSUPPORTED_MEDIA_TYPE(
      415, "Unsupported media type", "The body of the request has the wrong content type."),
  MISDIRECTED_REQUEST(421, "Misdirected request", "This host is not served here."),
  UPGRADE_REQUIRED(426, "Upgrade required", "This WebSocket version is not supported."),
  RATE_LIMITED(429, "Too many requests", "There were too many requests. Please wait a little."),
  HEADER_FIELDS_TOO_LARGE(431, "Header fields too large", "The request headers are too large."),
  INTERNAL_ERROR(500, "Internal error", "Something went wrong here."),
  UPSTREAM_UNREACHABLE(502, "Service unreachable", "The service behind cannot be reached."),
  UPSTREAM_PROTOCOL_ERROR(
      502, "Service answered badly", "The answer of the service behind cannot be understood."),
  PROVIDER_REJECTED(
      502, "Sign-in service refused", "The sign-in service refuses this gateway for now."),
  PROVIDER_UNAVAILABLE(
      503, "Sign-in service unavailable", "The sign-in service does not answer. Please try again."),
  SESSION_STORE_UNAVAILABLE(
      503, "Sessions unavailable", "Sessions cannot be read right now. Please try again."),
  UPSTREAM_OVERLOADED(503, "Service overloaded", "The service behind is too busy right now."),
  SHUTTING_DOWN(503, "Shutting down", "The gateway is restarting. Please try again."),
  UPSTREAM_TIMEOUT(504, "Service timeout", "The service behind did not answer in time.");

  private final int status;
  private final String title;
  private final String sentence;
  private final String code;

  ProblemCode(int status, String title, String sentence) {
    this.status = status;
    this.title = title;
    this.sentence = sentence;
    this.code = name().toLowerCase(Locale.ROOT);
  }

  public int status() {
    return status;
  }

  public String title() {
    return title;
  }

  /// One sentence for people.
  public String sentence() {
    return sentence;
  }

  /// The member `code`, such as `session_expired`.
  public String code() {
    return code;
  }

  /// The member `type`, which tells an error of the gateway from an error of an upstream.
  public String type() {
    return "urn:cloakroom:problem:" + code.replace('_', '-');
  }
}
