package dev.cloakroom.oidc;

import java.util.Set;

/// The error codes of an authorization response that may be shown and logged.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1 RFC 6749, 4.1.2.1
/// @spec https://openid.net/specs/openid-connect-core-1_0.html#AuthError OpenID Connect Core 1.0,
///   3.1.2.6
final class ErrorCodes {
  private static final Set<String> KNOWN =
      Set.of(
          "invalid_request",
          "unauthorized_client",
          "access_denied",
          "unsupported_response_type",
          "invalid_scope",
          "server_error",
          "temporarily_unavailable",
          "interaction_required",
          "login_required",
          "account_selection_required",
          "consent_required",
          "invalid_request_uri",
          "invalid_request_object",
          "request_not_supported",
          "request_uri_not_supported",
          "registration_not_supported",
          "unmet_authentication_requirements");

  private ErrorCodes() {}

  static String known(String error) {
    return KNOWN.contains(error) ? error : "other";
  }
}
