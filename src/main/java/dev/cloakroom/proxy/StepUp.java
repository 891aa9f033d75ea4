package dev.cloakroom.proxy;

import java.util.Optional;
import java.util.regex.Pattern;

/// What an upstream wants the user to show by logging in again.
///
/// @param acrValues space-separated, in the order of preference
/// @param maxAge seconds since the user was last seen by the provider
/// @spec https://www.rfc-editor.org/rfc/rfc9470#section-3 RFC 9470, 3
public record StepUp(Optional<String> acrValues, Optional<String> maxAge) {
  private static final Pattern ACR_VALUES = Pattern.compile("[!-~]{1,256}( [!-~]{1,256}){0,9}");
  private static final Pattern SECONDS = Pattern.compile("\\d{1,9}");

  /// True when a login can be asked for exactly that; of anything else the browser gets the
  /// upstream's own answer.
  boolean isWellFormed() {
    return acrValues.map(ACR_VALUES.asMatchPredicate()::test).orElse(true)
        && maxAge.map(SECONDS.asMatchPredicate()::test).orElse(true)
        && (acrValues.isPresent() || maxAge.isPresent());
  }
}
