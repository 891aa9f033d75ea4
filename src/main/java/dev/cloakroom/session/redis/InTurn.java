package dev.cloakroom.session.redis;

import io.vertx.core.Future;
import java.util.List;
import java.util.function.Function;

/// Works through a long list without asking for all of it at once.
final class InTurn {
  private static final int AT_ONCE = 256;

  private InTurn() {}

  static <T> Future<Void> each(List<T> all, Function<T, Future<Void>> task) {
    if (all.isEmpty()) {
      return Future.succeededFuture();
    }
    int some = Math.min(AT_ONCE, all.size());
    return Future.all(all.subList(0, some).stream().map(task).toList())
        .compose(_ -> each(all.subList(some, all.size()), task));
  }
}
