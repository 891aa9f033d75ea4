package dev.cloakroom.edge;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/// Brings the outcome of shared work back to the event loop of the request that waits for it: a
/// continuation of a shared `Future` runs on the loop that completes it, not on the waiter's.
final class Homing {
  private Homing() {}

  static <T> Future<T> to(Context context, Future<T> shared) {
    Promise<T> local = Promise.promise();
    shared.onComplete(result -> context.runOnContext(_ -> local.handle(result)));
    return local.future();
  }
}
