package dev.cloakroom.oidc;

import dev.cloakroom.jose.KeySet;
import dev.cloakroom.jose.SignedJwt;
import dev.cloakroom.jose.Verification;
import io.vertx.core.Future;
import java.net.URI;
import java.util.Optional;
import java.util.Set;

/// Verifies what a provider signed, with the keys it publishes. A token whose key is unknown is
/// tried once more after the keys were asked for again.
final class TokenVerifier {
  private final KeyCache keys;
  private final Set<String> algorithms;

  TokenVerifier(KeyCache keys, Set<String> algorithms) {
    this.keys = keys;
    this.algorithms = algorithms;
  }

  /// Verifies; empty when the provider's keys cannot be had.
  Future<Optional<Verification>> verify(String compact, Optional<URI> jwks, Set<String> types) {
    return jwks.map(location -> verify(compact, location, types))
        .orElseGet(() -> Future.succeededFuture(Optional.empty()));
  }

  private Future<Optional<Verification>> verify(String compact, URI jwks, Set<String> types) {
    return keys.current(jwks)
        .map(known -> check(compact, known, types))
        .compose(
            first ->
                first.filter(Verification.UnknownKey.class::isInstance).isPresent()
                    ? keys.renewed(jwks).map(known -> check(compact, known, types))
                    : Future.succeededFuture(first));
  }

  private Optional<Verification> check(String compact, Optional<KeySet> known, Set<String> types) {
    return known.map(set -> SignedJwt.verify(compact, set, algorithms, types));
  }
}
