package dev.cloakroom.dpop;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.cloakroom.crypto.Secret;
import dev.cloakroom.crypto.Sha256;
import dev.cloakroom.jose.ProofKey;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// What one proof says: that this very request is meant, and when it was made.
///
/// @param url of the request, without query and fragment
/// @param id never the same twice
/// @param token the access token that goes with the request; null where none does
/// @param nonce what the server wants to find in it; null where it has not said
/// @spec https://www.rfc-editor.org/rfc/rfc9449#section-4.2 RFC 9449, 4.2
record Proof(
    String method,
    String url,
    String id,
    Instant issuedAt,
    @Nullable Secret token,
    @Nullable String nonce) {
  private static final String TYPE = "dpop+jwt";

  /// As it goes into the `DPoP` field.
  String signedBy(ProofKey key) {
    var claims =
        new JsonObject()
            .put("jti", id)
            .put("htm", method)
            .put("htu", url)
            .put("iat", issuedAt.getEpochSecond());
    if (token != null) {
      claims.put("ath", hash(token));
    }
    if (nonce != null) {
      claims.put("nonce", nonce);
    }
    return key.sign(TYPE, claims);
  }

  private static String hash(Secret token) {
    var hash = Sha256.hash(token.reveal().getBytes(US_ASCII));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
  }
}
