package dev.cloakroom.oidc;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/// Brings shared work home: a continuation of a shared future would run on the loop that completes
/// it, not on the waiter's.
final class Homing {
  private Homing() {}

  static <T> Future<T> to(Context context, Future<T> shared) {
    Promise<T> home = Promise.promise();
    shared.onComplete(
        value -> context.runOnContext(_ -> home.complete(value)),
        fault -> context.runOnContext(_ -> home.fail(fault)));
    return home.future();
  }
}
