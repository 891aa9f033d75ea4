package dev.cloakroom.identity;

import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.jose.JwtSigner;
import dev.cloakroom.jose.SigningKeys;
import dev.cloakroom.proxy.Route;
import dev.cloakroom.session.Session;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;

/// Signs who calls, for one upstream and one minute: a token that opens nothing anywhere else, and
/// from which the session cookie cannot be told.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7519#section-4.1 RFC 7519, 4.1
/// @spec https://www.rfc-editor.org/rfc/rfc8725#section-3.11 RFC 8725, 3.11
public final class Statements {
  static final String TYPE = "cloakroom-identity+jwt";
  private static final Set<String> ALGORITHM = Set.of("ES256");
  private static final Duration LIFE = Duration.ofSeconds(60);
  private static final Duration FRESH = Duration.ofSeconds(45);
  private static final int LONGEST_CLAIM = 4096;

  private final JwtSigner signer;
  private final String issuer;
  private final InstantSource clock;
  private final Entropy entropy;

  /// Makes statements of this gateway.
  ///
  /// @param keys the first on P-256 signs; without one nothing can be signed
  /// @param issuer the public origin
  public Statements(SigningKeys keys, String issuer, InstantSource clock, Entropy entropy) {
    this.signer =
        keys.signer(ALGORITHM)
            .orElse(
                (_, _) -> {
                  throw new IllegalStateException("no key to sign with");
                });
    this.issuer = issuer;
    this.clock = clock;
    this.entropy = entropy;
  }

  /// What was signed.
  ///
  /// @param freshUntil from then on a new one is due; it is valid for a little longer
  record Statement(String compact, Instant freshUntil) {
    @Override
    public String toString() {
      return "Statement[hidden]";
    }
  }

  Instant now() {
    return clock.instant();
  }

  /// Never outlives the session.
  Statement sign(Session session, KnownClaims known, Route.Assertion what) {
    var now = clock.instant();
    var claims = new JsonObject();
    what.claims().stream()
        .sorted()
        .forEach(
            name -> {
              var value = known.value(name);
              if (value != null && String.valueOf(value).length() <= LONGEST_CLAIM) {
                claims.put(name, value);
              }
            });
    claims
        .put("iss", issuer)
        .put("aud", what.audience())
        .put("sub", session.identity().subject())
        .put("idp", session.identity().issuer())
        .put("sid", session.handle())
        .put("iat", now.getEpochSecond())
        .put("exp", earlier(now.plus(LIFE), session.expiresAt()).getEpochSecond())
        .put("jti", entropy.token());
    session.acr().ifPresent(acr -> claims.put("acr", acr));
    session.authTime().ifPresent(time -> claims.put("auth_time", time.getEpochSecond()));
    return new Statement(signer.sign(TYPE, claims), earlier(now.plus(FRESH), session.expiresAt()));
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }
}
