package dev.cloakroom.oidc;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.cloakroom.dpop.Proofs;
import dev.cloakroom.jose.ProofKey;
import dev.cloakroom.jose.StrictJson;
import dev.cloakroom.jose.Verification;
import dev.cloakroom.oidc.client.Answer;
import dev.cloakroom.oidc.client.ProvenCalls;
import dev.cloakroom.oidc.client.ProviderHttp;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Asks the UserInfo endpoint. An answer about somebody else, or one whose signature is wrong, is
/// refused; no answer at all is not the user's fault, so the login goes on with the ID token's
/// claims.
///
/// @spec https://openid.net/specs/openid-connect-core-1_0.html#UserInfoResponse OpenID Connect Core
///   1.0, 5.3.2
final class UserClaims {
  /// What only the ID token may say.
  private static final Set<String> PROTOCOL =
      Set.of(
          "iss",
          "sub",
          "aud",
          "azp",
          "exp",
          "iat",
          "nbf",
          "jti",
          "nonce",
          "auth_time",
          "acr",
          "amr",
          "sid",
          "at_hash",
          "c_hash");

  private final ProviderHttp http;
  private final TokenVerifier verifier;
  private final ProviderSettings settings;
  private final ProvenCalls proven;

  /// Takes proofs of its own: the endpoint is a resource server, whoever runs it.
  UserClaims(
      ProviderHttp http, TokenVerifier verifier, ProviderSettings settings, ProvenCalls proven) {
    this.http = http;
    this.proven = proven;
    this.verifier = verifier;
    this.settings = settings;
  }

  sealed interface Outcome {
    record Added(JsonObject claims) implements Outcome {
      @Override
      public String toString() {
        return "Added";
      }
    }

    record Refused(String reason) implements Outcome {}
  }

  /// The claims of the ID token, with those the endpoint adds.
  Future<Outcome> add(
      ProviderMetadata metadata, AccessToken access, Identity identity, JsonObject idTokenClaims) {
    var endpoint = metadata.userinfo().filter(_ -> settings.userinfo());
    if (endpoint.isEmpty()) {
      return Future.succeededFuture(new Outcome.Added(idTokenClaims));
    }
    return ask(endpoint.get(), access)
        .compose(answer -> claims(answer, metadata.jwks()))
        .map(said -> merge(said, identity, idTokenClaims));
  }

  /// What the endpoint says of whoever the token was given to, where no ID token does.
  Future<UserAnswer> tell(ProviderMetadata metadata, AccessToken access) {
    return metadata
        .userinfo()
        .map(endpoint -> ask(endpoint, access).map(UserAnswer::read))
        .orElseGet(() -> Future.succeededFuture(new UserAnswer.Unusable("user_endpoint_missing")));
  }

  private Future<Answer> ask(URI endpoint, AccessToken access) {
    return access
        .proofKey()
        .map(key -> proven.call(endpoint, () -> ask(endpoint, access, key)))
        .orElseGet(() -> http.get(endpoint, fields("Bearer", access)));
  }

  private Future<Answer> ask(URI endpoint, AccessToken access, ProofKey key) {
    var fields = new HashMap<>(fields(Proofs.FIELD, access));
    fields.putAll(proven.fields(key, "GET", endpoint, access.value()));
    return http.get(endpoint, fields);
  }

  private static Map<String, String> fields(String scheme, AccessToken access) {
    return Map.of(
        "Authorization",
        scheme + " " + access.value().reveal(),
        "Accept",
        "application/json, application/jwt");
  }

  /// What a user endpoint said.
  sealed interface UserAnswer {
    record Told(JsonObject claims) implements UserAnswer {
      @Override
      public String toString() {
        return "Told";
      }
    }

    record Unusable(String reason) implements UserAnswer {}

    record Unavailable() implements UserAnswer {}

    private static UserAnswer read(Answer answer) {
      return switch (answer) {
        case Answer.Failed _ -> new Unavailable();
        case Answer.Received received when received.status() == 200 ->
            StrictJson.object(received.body())
                .<UserAnswer>map(Told::new)
                .orElseGet(() -> new Unusable("user_endpoint_not_json"));
        case Answer.Received received when received.isTransient() -> new Unavailable();
        case Answer.Received _ -> new Unusable("user_endpoint_refused");
      };
    }
  }

  /// What the endpoint said. Empty inside: nothing usable. A failed signature is an object without
  /// `sub`, which is nobody's.
  private Future<Optional<JsonObject>> claims(Answer answer, Optional<URI> jwks) {
    if (!(answer instanceof Answer.Received received && received.status() == 200)) {
      return Future.succeededFuture(Optional.empty());
    }
    var type = Optional.ofNullable(received.header("Content-Type")).orElse("");
    if (type.toLowerCase(Locale.ROOT).startsWith("application/jwt")) {
      var compact = new String(received.body(), US_ASCII).strip();
      return verifier.verify(compact, jwks, IdToken.TYPES).map(v -> v.flatMap(this::signed));
    }
    return Future.succeededFuture(StrictJson.object(received.body()));
  }

  private Optional<JsonObject> signed(Verification verification) {
    return switch (verification) {
      case Verification.Genuine(var claims, _) when meantForUs(new Claims(claims)) ->
          Optional.of(claims);
      case Verification.Genuine _, Verification.Forged _, Verification.UnknownKey _ ->
          Optional.of(new JsonObject());
    };
  }

  private boolean meantForUs(Claims claims) {
    boolean issuer =
        !claims.has("iss") || claims.text("iss").filter(settings::isNamedBy).isPresent();
    return issuer && (!claims.has("aud") || claims.audiences().contains(settings.clientId()));
  }

  private static Outcome merge(
      Optional<JsonObject> said, Identity identity, JsonObject idTokenClaims) {
    if (said.isEmpty()) {
      return new Outcome.Added(idTokenClaims);
    }
    if (!identity.subject().equals(said.get().getValue("sub"))) {
      return new Outcome.Refused("userinfo_subject");
    }
    var merged = idTokenClaims.copy();
    said.get()
        .forEach(
            claim -> {
              if (!PROTOCOL.contains(claim.getKey())) {
                merged.put(claim.getKey(), claim.getValue());
              }
            });
    return new Outcome.Added(merged);
  }
}
