package dev.cloakroom.edge;

import dev.cloakroom.session.EndCause;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionId;
import dev.cloakroom.session.SessionStore.Lookup;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;

/// Writes the events of one session into one stream: a comment every 20 seconds, a warning before
/// the end, the end.
final class EventStreams {
  private static final Duration BEAT = Duration.ofSeconds(20);
  private static final Duration WARNING = Duration.ofSeconds(60);
  private static final int RETRY_MILLIS = 2_000;
  private static final int RETRY_JITTER = 3_000;

  private final SessionDoor door;
  private final Vertx vertx;
  private final InstantSource clock;

  EventStreams(SessionDoor door, Vertx vertx, InstantSource clock) {
    this.door = door;
    this.vertx = vertx;
    this.clock = clock;
  }

  /// Starts a stream; called on the request's event loop.
  void open(Request request, SessionId id, Lookup.Live live, Reply.Sink sink) {
    int jitter = Math.floorMod(request.trace().id().hashCode(), RETRY_JITTER);
    sink.send("retry: " + (RETRY_MILLIS + jitter) + "\n\n");
    var watch = door.watch(live.session(), cause -> request.run(() -> ended(sink, cause)));
    sink.onClose(watch::close);
    var warned = new Warned(sink);
    warned.check(live.session(), live.idleExpiresAt());
    long timer = vertx.setPeriodic(BEAT.toMillis(), _ -> beat(request, id, sink, warned));
    sink.onClose(() -> vertx.cancelTimer(timer));
  }

  private void beat(Request request, SessionId id, Reply.Sink sink, Warned warned) {
    sink.send(":\n\n");
    door.find(request, id, false)
        .onSuccess(
            found -> {
              switch (found) {
                case Lookup.Live(var session, var idle) -> warned.check(session, idle);
                case Lookup.Gone(var cause) -> ended(sink, cause);
                case Lookup.Unknown _ -> ended(sink, EndCause.IDLE);
                case Lookup.Unavailable _ -> {}
              }
            });
  }

  private static void ended(Reply.Sink sink, EndCause cause) {
    var name = cause.name().toLowerCase(Locale.ROOT);
    sink.send(event("session_ended", new JsonObject().put("cause", name)));
    sink.end();
  }

  private static String event(String name, JsonObject payload) {
    return "event: " + name + "\ndata: " + payload.encode() + "\n\n";
  }

  /// Remembers for which deadline a warning has gone out.
  private final class Warned {
    private final Reply.Sink sink;
    private Instant deadline = Instant.MIN;

    Warned(Reply.Sink sink) {
      this.sink = sink;
    }

    void check(Session session, Instant idleExpiresAt) {
      var next = idleExpiresAt.isBefore(session.expiresAt()) ? idleExpiresAt : session.expiresAt();
      var left = Duration.between(clock.instant(), next);
      if (left.compareTo(WARNING) <= 0 && !next.equals(deadline)) {
        deadline = next;
        sink.send(event("session_expiring", new JsonObject().put("expires_in", left.toSeconds())));
      }
    }
  }
}
