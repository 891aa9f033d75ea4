package dev.cloakroom.oidc;

import io.vertx.core.MultiMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

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
  ///
  /// @param action what the configuration says of the provider's own code for it
  record Denied(String error, Optional<Dialect.ErrorAction> action)
      implements AuthorizationResponse {}

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
  ///
  /// @param issuers whether `iss` is the provider's
  /// @param errorActions by the provider's own error codes
  record Expected(
      State state,
      Predicate<String> issuers,
      boolean issuerRequired,
      Map<String, Dialect.ErrorAction> errorActions) {
    public Expected {
      errorActions = Map.copyOf(errorActions);
    }

    /// Of this provider, as it answers `state`.
    public static Expected of(ProviderSettings settings, ProviderMetadata metadata, State state) {
      return new Expected(
          state, settings::isNamedBy, metadata.issInResponse(), settings.dialect().errorActions());
    }
  }

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
    if (issuer != null && !expected.issuers().test(issuer)) {
      return new Rejected(Reason.ISSUER_MISMATCH);
    }
    var error = parameters.get("error");
    if (error != null) {
      var own = action(error, parameters.get("error_description"), expected.errorActions());
      return new Denied(ErrorCodes.known(error), own);
    }
    var code = parameters.get("code");
    return code == null || code.isEmpty() ? new Rejected(Reason.CODE_MISSING) : new Code(code);
  }

  /// A provider's own code is the error itself, or begins its description.
  private static Optional<Dialect.ErrorAction> action(
      String error, @Nullable String description, Map<String, Dialect.ErrorAction> actions) {
    return actions.entrySet().stream()
        .filter(entry -> error.equals(entry.getKey()) || begins(description, entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  private static boolean begins(@Nullable String description, String code) {
    return description != null
        && description.startsWith(code)
        && (description.length() == code.length()
            || !Character.isLetterOrDigit(description.charAt(code.length())));
  }
}
