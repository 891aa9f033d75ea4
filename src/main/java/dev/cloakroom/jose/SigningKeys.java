package dev.cloakroom.jose;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The gateway's own signing keys: the first signs, all are published, so that a key can be known
/// to others before it signs and after it did. Immutable.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7517#section-5 RFC 7517, 5
public final class SigningKeys {
  private final List<SigningKey> keys;

  /// Takes the keys in order.
  ///
  /// @throws IllegalArgumentException when two have the same name
  public SigningKeys(List<SigningKey> keys) {
    var names = new HashSet<String>();
    if (!keys.stream().allMatch(key -> names.add(key.kid()))) {
      throw new IllegalArgumentException("two signing keys have the same name");
    }
    this.keys = List.copyOf(keys);
  }

  public static SigningKeys none() {
    return new SigningKeys(List.of());
  }

  public boolean isEmpty() {
    return keys.isEmpty();
  }

  /// Signs with the first key, in its usual algorithm (RS256, ES256 …), for readers that have not
  /// said what they take. Empty where there are no keys.
  public Optional<JwtSigner> signer() {
    return keys.stream().findFirst().map(key -> key.with(key.usual()));
  }

  /// Signs with the first key that knows one of the algorithms, in the best of them. Empty where
  /// none does.
  public Optional<JwtSigner> signer(Set<String> algorithms) {
    return keys.stream().flatMap(key -> key.bestOf(algorithms).map(key::with).stream()).findFirst();
  }

  /// The public parts, as a JWK set.
  public JsonObject published() {
    var open = new JsonArray();
    keys.forEach(key -> open.add(key.published()));
    return new JsonObject().put("keys", open);
  }
}
