package dev.cloakroom.world;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import java.text.ParseException;
import java.util.Objects;
import java.util.Set;

/// How the scripted provider reads signed request objects: only what is signed counts.
final class RequestObjects {
  private static final long LONGEST_LIFE = 600;

  private final ScriptedProvider provider;
  private final JWKSet keys;

  RequestObjects(ScriptedProvider provider, JsonObject jwks) {
    this.provider = provider;
    try {
      this.keys = JWKSet.parse(jwks.encode());
    } catch (ParseException e) {
      throw new AssertionError(e);
    }
  }

  /// The parameters inside; none where the object is not as it should be.
  MultiMap open(MultiMap outside) {
    var none = MultiMap.caseInsensitiveMultiMap();
    try {
      var jwt = SignedJWT.parse(Objects.requireNonNullElse(outside.get("request"), ""));
      var key = keys.getKeyByKeyId(jwt.getHeader().getKeyID());
      var verifier =
          key.getKeyType().getValue().equals("RSA")
              ? new RSASSAVerifier(key.toRSAKey())
              : new ECDSAVerifier(key.toECKey());
      if (!jwt.verify(verifier)) {
        return refused(none, "a wrong signature");
      }
      if (!jwt.getHeader().getType().getType().equals("oauth-authz-req+jwt")) {
        return refused(none, "typ " + jwt.getHeader().getType());
      }
      return inside(outside, new JsonObject(jwt.getPayload().toString()));
    } catch (ParseException | JOSEException e) {
      return refused(none, String.valueOf(e.getMessage()));
    }
  }

  private MultiMap inside(MultiMap outside, JsonObject claims) {
    var none = MultiMap.caseInsensitiveMultiMap();
    long now = provider.clock.instant().getEpochSecond();
    if (!Objects.equals(claims.getValue("iss"), ScriptedProvider.CLIENT_ID)
        || !Objects.equals(claims.getValue("client_id"), outside.get("client_id"))) {
      return refused(none, "another client");
    }
    if (!Objects.equals(claims.getValue("aud"), provider.issuer())) {
      return refused(none, "aud " + claims.getValue("aud"));
    }
    if (claims.getLong("nbf") > now
        || claims.getLong("iat") > now
        || claims.getLong("exp") <= now
        || claims.getLong("exp") > now + LONGEST_LIFE
        || claims.getString("jti") == null) {
      return refused(none, "times or jti");
    }
    if (claims.fieldNames().stream().anyMatch(Set.of("sub", "request", "request_uri")::contains)) {
      return refused(none, "what must not be inside");
    }
    claims.forEach(claim -> none.add(claim.getKey(), String.valueOf(claim.getValue())));
    return none;
  }

  private MultiMap refused(MultiMap nothing, String why) {
    provider.violations.add("request object: " + why);
    return nothing;
  }
}
