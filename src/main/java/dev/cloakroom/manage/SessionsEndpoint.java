package dev.cloakroom.manage;

import dev.cloakroom.logout.AdminSessions;
import dev.cloakroom.session.SessionStore;
import dev.cloakroom.session.SessionStore.Listed;
import dev.cloakroom.session.SessionStore.Seen;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/// `GET /sessions` and `DELETE /sessions`: the sessions that a selector names, and their end. Every
/// request names a user, a session of the provider or a session of ours: a store finds those by its
/// indexes, and has no list of all.
final class SessionsEndpoint {
  private static final String WANTED =
      "Name whose sessions: issuer and subject, issuer and sid, or handle; each once.";

  private final AdminSessions sessions;

  SessionsEndpoint(AdminSessions sessions) {
    this.sessions = sessions;
  }

  void list(RoutingContext context) {
    withQuery(
        context,
        query ->
            sessions
                .list(query.selector())
                .onSuccess(listed -> answer(context.request(), listed, query))
                .onFailure(context::fail));
  }

  void end(RoutingContext context) {
    withQuery(
        context,
        query ->
            sessions
                .end(query.selector())
                .onSuccess(outcome -> answer(context.request(), outcome))
                .onFailure(context::fail));
  }

  private static void withQuery(RoutingContext context, Consumer<SessionsQuery> action) {
    var query = context.request().query();
    SessionsQuery.parse(query == null ? "" : query)
        .ifPresentOrElse(
            action, () -> Answers.problem(context.request(), 400, "invalid_parameter", WANTED));
  }

  private static void answer(HttpServerRequest request, Listed listed, SessionsQuery query) {
    switch (listed) {
      case Listed.Found(var found) -> Answers.json(request, 200, page(found, query));
      case Listed.Unavailable() -> away(request);
    }
  }

  private static void answer(HttpServerRequest request, AdminSessions.Outcome outcome) {
    switch (outcome) {
      case AdminSessions.Outcome.Done(var count) ->
          Answers.json(request, 200, new JsonObject().put("ended", count));
      case AdminSessions.Outcome.StoreUnavailable() -> away(request);
    }
  }

  private static void away(HttpServerRequest request) {
    request.response().putHeader("Retry-After", "2");
    Answers.problem(
        request, 503, "session_store_unavailable", "The session store does not answer.");
  }

  private static JsonObject page(List<Seen> found, SessionsQuery query) {
    var rest =
        found.stream()
            .filter(seen -> isBehind(seen, query))
            .sorted(Comparator.comparing(SessionsQuery.Place::of))
            .toList();
    var shown = rest.subList(0, Math.min(rest.size(), query.limit()));
    var page = new JsonArray();
    shown.forEach(seen -> page.add(entry(seen)));
    var body = new JsonObject().put("sessions", page).put("total", found.size());
    return shown.size() < rest.size()
        ? body.put("next", SessionsQuery.Place.of(shown.getLast()).toString())
        : body;
  }

  private static boolean isBehind(Seen seen, SessionsQuery query) {
    return query
        .after()
        .filter(after -> SessionsQuery.Place.of(seen).compareTo(after) <= 0)
        .isEmpty();
  }

  private static JsonObject entry(SessionStore.Seen seen) {
    var card = seen.card();
    var entry =
        new JsonObject()
            .put("handle", card.handle())
            .put("provider", card.provider())
            .put("issuer", card.identity().issuer())
            .put("subject", card.identity().subject());
    card.identity().sid().ifPresent(sid -> entry.put("sid", sid));
    if (!card.frontEnd().isOnly()) {
      entry.put("front_end", card.frontEnd().name());
    }
    return entry
        .put("device", card.device())
        .put("started_at", card.startedAt().toString())
        .put("last_seen_at", seen.lastSeenAt().toString())
        .put("expires_at", card.expiresAt().toString());
  }
}
