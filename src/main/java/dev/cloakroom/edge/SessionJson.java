package dev.cloakroom.edge;

import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionId;
import dev.cloakroom.session.SessionStore;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// What `/auth/session` and `/auth/sessions` say. Times are relative, because the clocks of
/// browsers are wrong.
final class SessionJson {
  private static final int MOST_LISTED = 100;

  private final Surface surface;

  SessionJson(Surface surface) {
    this.surface = surface;
  }

  /// Nobody's, for whoever sent these fields.
  Reply anonymous(MultiMap headers) {
    return json(
        new JsonObject().put("authenticated", false).put("login_url", surface.loginUrl(headers)));
  }

  /// What an app gets for its code: the handle that only it is to know, and how long it is good
  /// for.
  Reply begun(SessionId id, Session session, Instant now) {
    return json(
        new JsonObject()
            .put("session", id.reveal())
            .put("id", session.handle())
            .put("provider", session.provider())
            .put("expires_in", seconds(now, session.expiresAt())));
  }

  Reply live(Session session, Instant idleExpiresAt, Instant now) {
    var life =
        new JsonObject()
            .put("id", session.handle())
            .put("expires_in", seconds(now, session.expiresAt()))
            .put("idle_expires_in", seconds(now, idleExpiresAt));
    session.authTime().ifPresent(time -> life.put("auth_time", time.getEpochSecond()));
    session.acr().ifPresent(acr -> life.put("acr", acr));
    return json(
        new JsonObject()
            .put("authenticated", true)
            .put("user", new JsonObject(session.claims()))
            .put("provider", session.provider())
            .put("session", life));
  }

  /// The sessions last used first, and of a great many only those.
  Reply list(List<SessionStore.Seen> sessions, Session mine, Instant now) {
    var listed =
        sessions.stream()
            .sorted(Comparator.comparing(SessionStore.Seen::lastSeenAt).reversed())
            .limit(MOST_LISTED)
            .map(seen -> entry(seen, mine, now))
            .toList();
    return json(new JsonObject().put("sessions", new JsonArray(listed)));
  }

  private static JsonObject entry(SessionStore.Seen seen, Session mine, Instant now) {
    var card = seen.card();
    return new JsonObject()
        .put("id", card.handle())
        .put("current", seen.key().equals(mine.key()))
        .put("device", card.device())
        .put("started_ago", seconds(card.startedAt(), now))
        .put("last_seen_ago", seconds(seen.lastSeenAt(), now));
  }

  private static long seconds(Instant now, Instant then) {
    return Math.max(0, Duration.between(now, then).toSeconds());
  }

  private static Reply json(JsonObject body) {
    return new Reply.Json(body, List.of(), Map.of("Vary", "Cookie"));
  }
}
