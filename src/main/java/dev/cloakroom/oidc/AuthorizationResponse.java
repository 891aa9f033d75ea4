package dev.cloakroom.oidc;

import io.vertx.core.MultiMap;

/// What came back to the redirect URI, after every check that needs no network.
///
/// The only way to a [Code] is [#check]. [Provider#redeem] takes a `Code`, so that the token
/// endpoint cannot be reached with an unchecked response.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2 RFC 6749, 4.1.2
/// @spec https://www.rfc-editor.org/rfc/rfc9207#section-2.4 RFC 9207, 2.4
public sealed interface AuthorizationResponse {

  /// The provider agreed.
  final class Code implements AuthorizationResponse {
    private final String value;

    private Code(String value) {
      this.value = value;
    }

    String value() {
      return value;
    }
  }

  /// The provider answered, and the answer was no. `error` is one of the registered codes, or
  /// `other`: text of a stranger goes no further.
  record Denied(String error) implements AuthorizationResponse {}

  /// Not an answer to our question.
  record Rejected(Reason reason) implements AuthorizationResponse {}

  /// Why a response was rejected; the name is what the audit log shows.
  enum Reason {
    PARAMETER_REPEATED,
    STATE_MISMATCH,
    ISSUER_MISSING,
    ISSUER_MISMATCH,
    CODE_MISSING
  }

  /// What the attempt pending in this browser expects.
  record Expected(State state, String issuer, boolean issuerRequired) {}

  /// Repetition, state, issuer, error, code: one order, one reason each.
  static AuthorizationResponse check(MultiMap parameters, Expected expected) {
    if (parameters.names().stream().anyMatch(name -> parameters.getAll(name).size() > 1)) {
      return new Rejected(Reason.PARAMETER_REPEATED); // RFC 6749, 3.1
    }
    if (!expected.state().matches(parameters.get("state"))) {
      return new Rejected(Reason.STATE_MISMATCH);
    }
    var issuer = parameters.get("iss");
    if (issuer == null && expected.issuerRequired()) {
      return new Rejected(Reason.ISSUER_MISSING);
    }
    if (issuer != null && !issuer.equals(expected.issuer())) {
      return new Rejected(Reason.ISSUER_MISMATCH);
    }
    var error = parameters.get("error");
    if (error != null) {
      return new Denied(ErrorCodes.known(error));
    }
    var code = parameters.get("code");
    return code == null || code.isEmpty() ? new Rejected(Reason.CODE_MISSING) : new Code(code);
  }
}
