package dev.cloakroom.session.redis;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Asks how far the replicas are, once for everybody who wants to know at a time: what was written
/// before a question is asked, its answer covers. Safe from every thread.
final class Acknowledgement {
  private final Supplier<Future<Boolean>> question;
  private @Nullable Promise<Boolean> next;
  private boolean asking;

  Acknowledgement(Supplier<Future<Boolean>> question) {
    this.question = question;
  }

  /// Whether enough replicas have what this node has written so far. Never fails.
  Future<Boolean> reached() {
    Promise<Boolean> mine;
    synchronized (this) {
      if (next == null) {
        next = Promise.promise();
      }
      mine = next;
    }
    ask();
    return mine.future();
  }

  private void ask() {
    Promise<Boolean> those;
    synchronized (this) {
      if (asking || next == null) {
        return;
      }
      asking = true;
      those = next;
      next = null;
    }
    question
        .get()
        .otherwise(false)
        .onComplete(
            answer -> {
              synchronized (this) {
                asking = false;
              }
              ask();
              those.complete(answer.result());
            });
  }
}
