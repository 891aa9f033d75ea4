package dev.cloakroom.jose;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cloakroom.crypto.Secret;
import io.vertx.core.json.JsonObject;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Signs claims, with one key and one algorithm. Safe from every thread; takes a few milliseconds
/// at most.
@FunctionalInterface
public interface JwtSigner {
  /// What a shared secret must at least have, in octets.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc7518#section-3.2 RFC 7518, 3.2
  int SHORTEST_SECRET = 32;

  /// A signed token in compact form.
  ///
  /// @param type for the `typ` of its header
  String sign(String type, JsonObject claims);

  /// HS256 under the UTF-8 octets of a secret that somebody else has, too. Nothing here ever
  /// verifies with one.
  static JwtSigner hs256(Secret secret) {
    var key = new SecretKeySpec(secret.reveal().getBytes(UTF_8), "HmacSHA256");
    return (type, claims) ->
        CompactJws.of(
            new JsonObject().put("typ", type).put("alg", "HS256"),
            claims,
            input -> {
              var mac = Mac.getInstance("HmacSHA256");
              mac.init(key);
              return mac.doFinal(input);
            });
  }
}
