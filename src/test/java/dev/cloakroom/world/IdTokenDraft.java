package dev.cloakroom.world;

import io.vertx.core.json.JsonObject;

/// An ID token about to be signed; a test may spoil it.
///
/// @param header without `alg` and `kid`, which follow from `signing`
public record IdTokenDraft(JsonObject header, JsonObject claims, ProviderKeys.Signing signing) {
  public IdTokenDraft claim(String name, Object value) {
    return new IdTokenDraft(header, claims.copy().put(name, value), signing);
  }

  public IdTokenDraft without(String claim) {
    var rest = claims.copy();
    rest.remove(claim);
    return new IdTokenDraft(header, rest, signing);
  }

  public IdTokenDraft signed(ProviderKeys.Signing how) {
    return new IdTokenDraft(header, claims, how);
  }

  public IdTokenDraft typ(String typ) {
    return new IdTokenDraft(header.copy().put("typ", typ), claims, signing);
  }
}
