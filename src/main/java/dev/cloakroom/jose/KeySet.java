package dev.cloakroom.jose;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/// The public keys of one issuer that may verify signatures. Immutable.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7517#section-5 RFC 7517, 5
public final class KeySet {
  private static final int MOST = 100;

  private final List<VerificationKey> keys;

  private KeySet(List<VerificationKey> keys) {
    this.keys = keys;
  }

  /// Reads a JWK set. Keys that cannot be used are left out, so the set may be empty; of more than
  /// 100 keys the first 100 count. Empty when the text is no JWK set.
  public static Optional<KeySet> parse(byte[] json) {
    return StrictJson.object(json)
        .map(set -> set.getValue("keys"))
        .filter(JsonArray.class::isInstance)
        .map(keys -> of((JsonArray) keys));
  }

  private static KeySet of(JsonArray keys) {
    return new KeySet(
        keys.stream()
            .limit(MOST)
            .filter(JsonObject.class::isInstance)
            .flatMap(key -> VerificationKey.parse((JsonObject) key).stream())
            .toList());
  }

  public int size() {
    return keys.size();
  }

  /// The keys that may have signed: those of that `kid`, or without a `kid` all that fit.
  List<VerificationKey> candidates(Algorithm algorithm, Optional<String> kid) {
    return keys.stream()
        .filter(key -> key.fits(algorithm) && kid.map(key::isNamed).orElse(true))
        .toList();
  }
}
