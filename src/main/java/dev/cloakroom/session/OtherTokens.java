package dev.cloakroom.session;

import dev.cloakroom.crypto.Secret;
import dev.cloakroom.jose.ProofKey;
import dev.cloakroom.oidc.AccessToken;
import dev.cloakroom.oidc.TokenTarget;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The further access tokens of a session as JSON. A version that knows nothing of them passes them
/// over and loses them when it replaces the session, which costs a call of the provider; so does
/// one that does not know what a token is for.
final class OtherTokens {
  private OtherTokens() {}

  static JsonArray encode(Map<TokenTarget, AccessToken> others) {
    var json = new JsonArray();
    others.forEach((target, token) -> json.add(describe(encode(token), target)));
    return json;
  }

  static JsonObject encode(AccessToken token) {
    var json =
        new JsonObject()
            .put("access", token.value().reveal())
            .put("scope", words(token.scope().stream().sorted().toList()))
            .put("issued", token.issuedAt().toEpochMilli())
            .put("expires", token.expiresAt().toEpochMilli());
    return token.proofKey().isPresent() ? json.put("bound", true) : json;
  }

  private static JsonObject describe(JsonObject json, TokenTarget target) {
    json.put("for", target.grant());
    return switch (target) {
      case TokenTarget.Resource(var resources, var scopes) ->
          json.put("resources", words(resources)).put("scopes", words(scopes));
      case TokenTarget.Exchange(var audiences, var resources, var scopes, var type) ->
          json.put("audiences", words(audiences))
              .put("resources", words(resources))
              .put("scopes", words(scopes))
              .put("type", type);
    };
  }

  /// Takes the key of the session, which those that are bound are bound to.
  static Map<TokenTarget, AccessToken> decode(JsonArray json, Optional<ProofKey> key) {
    if (json.isEmpty()) {
      return Map.of();
    }
    Map<TokenTarget, AccessToken> others = new HashMap<>();
    for (int i = 0; i < json.size(); i++) {
      var entry = json.getJsonObject(i);
      target(entry).ifPresent(target -> others.put(target, token(entry, key)));
    }
    return others;
  }

  static AccessToken token(JsonObject json, Optional<ProofKey> key) {
    return new AccessToken(
        Secret.of(SessionCodec.required(json, "access")),
        Set.copyOf(words(json, "scope")),
        SessionCodec.instant(json, "issued"),
        SessionCodec.instant(json, "expires"),
        key.filter(_ -> json.getBoolean("bound", false)));
  }

  private static Optional<TokenTarget> target(JsonObject json) {
    return switch (json.getString("for", "")) {
      case "resource" ->
          Optional.of(new TokenTarget.Resource(words(json, "resources"), words(json, "scopes")));
      case "exchange" ->
          Optional.of(
              new TokenTarget.Exchange(
                  words(json, "audiences"),
                  words(json, "resources"),
                  words(json, "scopes"),
                  SessionCodec.required(json, "type")));
      default -> Optional.empty(); // of a later version
    };
  }

  private static JsonArray words(List<String> words) {
    return new JsonArray(words);
  }

  /// Few differ: one of each is enough.
  private static List<String> words(JsonObject json, String name) {
    var words = new LinkedHashSet<String>();
    json.getJsonArray(name, new JsonArray()).forEach(word -> words.add(((String) word).intern()));
    return List.copyOf(words);
  }
}
