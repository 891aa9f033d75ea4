package dev.cloakroom.edge;

import dev.cloakroom.session.Session;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// What `/auth/session` says. Times are relative, because the clocks of browsers are wrong.
final class SessionJson {
  private final Surface surface;

  SessionJson(Surface surface) {
    this.surface = surface;
  }

  Reply anonymous() {
    return json(new JsonObject().put("authenticated", false).put("login_url", surface.loginUrl()));
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

  private static long seconds(Instant now, Instant then) {
    return Math.max(0, Duration.between(now, then).toSeconds());
  }

  private static Reply json(JsonObject body) {
    return new Reply.Json(body, List.of(), Map.of("Vary", "Cookie"));
  }
}
