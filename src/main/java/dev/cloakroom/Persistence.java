package dev.cloakroom;

import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import dev.cloakroom.session.MemorySessionStore;
import dev.cloakroom.session.SnapshotFile;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;

/// Carries the sessions in memory over a restart, on a worker thread. What goes wrong is said, and
/// stops neither the start nor the end of the gateway.
final class Persistence {
  private static final Duration LONGEST = Duration.ofSeconds(50);

  private final MemorySessionStore sessions;
  private final SnapshotFile file;
  private final Path path;
  private final Vertx vertx;
  private final Observer observer;

  Persistence(
      MemorySessionStore sessions, SnapshotFile file, Path path, Vertx vertx, Observer observer) {
    this.sessions = sessions;
    this.file = file;
    this.path = path;
    this.vertx = vertx;
    this.observer = observer;
  }

  /// Before the first request.
  Future<Void> restore() {
    return carried(this::read);
  }

  /// After the last request.
  Future<Void> persist() {
    return carried(this::write);
  }

  private Future<Void> carried(Callable<Event> work) {
    return vertx
        .executeBlocking(work)
        .otherwise(fault -> new Event.Fault(Optional.empty(), fault))
        .onSuccess(observer::on)
        .mapEmpty();
  }

  private Event read() {
    return switch (file.read()) {
      case SnapshotFile.Outcome.Absent _ -> new Event.SessionsRestored(0);
      case SnapshotFile.Outcome.Found(var snapshot) ->
          new Event.SessionsRestored(sessions.restore(snapshot));
      case SnapshotFile.Outcome.Refused(var problem, var kept) ->
          new Event.SnapshotRefused(problem, kept.toString());
    };
  }

  private Event write() {
    try {
      return switch (file.write(sessions.snapshot(), LONGEST)) {
        case SnapshotFile.Written.Whole(int count) -> new Event.SessionsPersisted(count);
        case SnapshotFile.Written.Late() -> new Event.SnapshotRefused("too_slow", path.toString());
      };
    } catch (IOException _) { // the disk is full, or the directory gone
      return new Event.SnapshotRefused("unwritable", path.toString());
    }
  }
}
