package dev.cloakroom.session;

import dev.cloakroom.crypto.Secret;
import dev.cloakroom.jose.ProofKey;
import dev.cloakroom.oidc.Identity;
import dev.cloakroom.oidc.Tokens;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/// Sessions as JSON, which is then sealed. Versions of the gateway that run side by side read each
/// other's: members nobody knows are ignored, members that may be missing have a default. `f` is
/// the format a reader has to know; it grows only when older readers would misunderstand.
final class SessionCodec {
  private static final int FORMAT = 1;

  private SessionCodec() {}

  static byte[] encode(Session session) {
    var json =
        encoded(SessionCard.of(session))
            .put("claims", session.claims())
            .put("tokens", encoded(session.tokens()));
    if (!session.others().isEmpty()) {
      json.put("others", OtherTokens.encode(session.others()));
    }
    session.authTime().ifPresent(time -> json.put("auth_time", time.toEpochMilli()));
    session.acr().ifPresent(acr -> json.put("acr", acr));
    return json.toBuffer().getBytes();
  }

  static byte[] encode(SessionCard card) {
    return encoded(card).toBuffer().getBytes();
  }

  private static JsonObject encoded(SessionCard card) {
    var json =
        new JsonObject()
            .put("f", FORMAT)
            .put("handle", card.handle())
            .put("provider", card.provider())
            .put("iss", card.identity().issuer())
            .put("sub", card.identity().subject())
            .put("device", card.device())
            .put("started", card.startedAt().toEpochMilli())
            .put("expires", card.expiresAt().toEpochMilli());
    card.identity().sid().ifPresent(sid -> json.put("sid", sid));
    if (!card.frontEnd().isOnly()) {
      json.put("front_end", card.frontEnd().name());
    }
    return json;
  }

  private static JsonObject encoded(Tokens tokens) {
    var json = OtherTokens.encode(tokens.own());
    tokens.proofKey().ifPresent(key -> json.put("dpop_key", key.encoded().reveal()));
    tokens.refresh().ifPresent(token -> json.put("refresh", token.reveal()));
    tokens.idToken().ifPresent(token -> json.put("id", token.reveal()));
    return json;
  }

  /// Empty for what this version cannot read.
  static Optional<Session> session(String text, SessionKey key, long version) {
    return decoded(text, json -> session(json, key, version));
  }

  /// Empty for what this version cannot read.
  static Optional<SessionCard> card(String text) {
    return decoded(text, SessionCodec::card);
  }

  private static <T> Optional<T> decoded(String text, Function<JsonObject, T> decoder) {
    try {
      var json = new JsonObject(text);
      return json.getInteger("f", Integer.MAX_VALUE) > FORMAT
          ? Optional.empty()
          : Optional.of(decoder.apply(json));
    } catch (RuntimeException _) { // a member of another type, or none where one must be
      return Optional.empty();
    }
  }

  private static Session session(JsonObject json, SessionKey key, long version) {
    var card = card(json);
    var tokens = tokens(json.getJsonObject("tokens"));
    return new Session(
        key,
        card.frontEnd(),
        card.handle(),
        card.provider(),
        card.identity(),
        json.getString("claims", "{}"),
        tokens,
        OtherTokens.decode(json.getJsonArray("others", new JsonArray()), tokens.proofKey()),
        card.startedAt(),
        card.expiresAt(),
        Optional.ofNullable(json.getLong("auth_time")).map(Instant::ofEpochMilli),
        Optional.ofNullable(json.getString("acr")),
        card.device(),
        version);
  }

  private static SessionCard card(JsonObject json) {
    return new SessionCard(
        frontEnd(json.getString("front_end", "")),
        required(json, "handle"),
        required(json, "provider").intern(), // few differ: one of each is enough
        new Identity(
            required(json, "iss").intern(),
            required(json, "sub"),
            Optional.ofNullable(json.getString("sid"))),
        json.getString("device", "").intern(),
        instant(json, "started"),
        instant(json, "expires"));
  }

  static FrontEnd frontEnd(String name) {
    return name.isEmpty() ? FrontEnd.ONLY : new FrontEnd(name.intern());
  }

  private static Tokens tokens(JsonObject json) {
    var key = Optional.ofNullable(json.getString("dpop_key")).map(ProofKey::decode);
    var own = OtherTokens.token(json, key);
    return new Tokens(
        own.value(),
        Optional.ofNullable(json.getString("refresh")).map(Secret::of),
        Optional.ofNullable(json.getString("id")).map(Secret::of),
        own.scope(),
        own.issuedAt(),
        own.expiresAt(),
        own.proofKey());
  }

  static String required(JsonObject json, String name) {
    var value = json.getString(name);
    if (value == null) {
      throw new IllegalArgumentException("no " + name);
    }
    return value;
  }

  static Instant instant(JsonObject json, String name) {
    var value = json.getLong(name);
    if (value == null) {
      throw new IllegalArgumentException("no " + name);
    }
    return Instant.ofEpochMilli(value);
  }
}
