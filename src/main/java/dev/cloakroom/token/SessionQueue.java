package dev.cloakroom.token;

import dev.cloakroom.session.SessionKey;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/// Lets one refresh of a session run at a time on this node, whichever token it is for: they share
/// the refresh token, and each has to see what the one before it left. No longer than a session has
/// kinds of tokens. Safe from every thread.
final class SessionQueue {
  private final Map<SessionKey, Future<Void>> last = new ConcurrentHashMap<>();

  /// Runs `work` when everything that was queued for the session before is over.
  <T> Future<T> run(SessionKey key, Supplier<Future<T>> work) {
    Promise<Void> over = Promise.promise();
    var before = last.put(key, over.future());
    var free = before == null ? Future.<Void>succeededFuture() : before;
    return free.compose(_ -> work.get())
        .onComplete(
            _ -> {
              last.remove(key, over.future());
              over.complete();
            });
  }
}
