package dev.cloakroom.edge;

import io.vertx.core.Future;

/// Answers what no route covers: the single-page app.
@FunctionalInterface
interface AppHandler {
  Future<Reply> handle(Request request);

  /// Where there is no app.
  static AppHandler none() {
    return _ -> Future.succeededFuture(Reply.failure(ProblemCode.NO_SUCH_ROUTE));
  }
}
