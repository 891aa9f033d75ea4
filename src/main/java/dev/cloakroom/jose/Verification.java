package dev.cloakroom.jose;

import io.vertx.core.json.JsonObject;

/// What came of verifying a signed token.
public sealed interface Verification {
  /// Signed by a key of the set, with an allowed algorithm. What it says is still to be checked.
  record Genuine(JsonObject claims, Algorithm algorithm) implements Verification {
    @Override
    public String toString() {
      return "Genuine[" + algorithm + "]";
    }
  }

  /// No key of the set fits: it may be older than the token.
  record UnknownKey() implements Verification {}

  record Forged(Reason reason) implements Verification {}

  /// Why a token was refused; the name is what the log shows.
  enum Reason {
    MALFORMED,
    ALGORITHM_NOT_ALLOWED,
    TYPE_NOT_ALLOWED,
    CRITICAL_EXTENSION,
    SIGNATURE_INVALID
  }
}
