package dev.cloakroom.identity;

import dev.cloakroom.crypto.Secret;
import dev.cloakroom.jose.SignedJwt;
import dev.cloakroom.session.Session;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// Everything a session knows of its user: what `/auth/session` may show, and behind it the claims
/// of the ID token, which was verified before it came into the session. Reads each once, and only
/// when it is asked for. Used by one thread.
public final class KnownClaims {
  private final Session session;
  private @Nullable JsonObject shown;
  private @Nullable JsonObject idToken;

  public KnownClaims(Session session) {
    this.session = session;
  }

  /// The value as JSON has it; null where nobody knows. `sub` and `iss` are those of the login,
  /// `sid` is the public handle of the gateway's own session.
  public @Nullable Object value(String name) {
    return switch (name) {
      case "sub" -> session.identity().subject();
      case "iss" -> session.identity().issuer();
      case "sid" -> session.handle();
      default -> shown().containsKey(name) ? shown().getValue(name) : idToken().getValue(name);
    };
  }

  private JsonObject shown() {
    var known = shown;
    if (known == null) {
      known = new JsonObject(session.claims());
      shown = known;
    }
    return known;
  }

  private JsonObject idToken() {
    var known = idToken;
    if (known == null) {
      known =
          session
              .tokens()
              .idToken()
              .map(Secret::reveal)
              .flatMap(SignedJwt::unverifiedClaims)
              .orElseGet(JsonObject::new);
      idToken = known;
    }
    return known;
  }
}
