package dev.cloakroom.edge;

import dev.cloakroom.proxy.Downstream;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// An open event stream. A browser that does not read loses it, rather than letting it grow.
final class EventSink implements Reply.Sink {
  private final HttpServerRequest http;
  private final HttpServerResponse response;
  private final LongLived longLived;
  private final Promise<Integer> closed = Promise.promise();
  private final List<Runnable> actions = new ArrayList<>();

  EventSink(HttpServerRequest http, LongLived longLived) {
    this.http = http;
    this.response = http.response();
    this.longLived = longLived;
  }

  /// Sends the head and hands over the stream; the answer completes when it is over.
  Future<Integer> open(Consumer<Reply.Sink> subscriber) {
    Downstream.resume(http);
    response
        .setChunked(true)
        .putHeader("Content-Type", "text/event-stream")
        .putHeader("X-Accel-Buffering", "no")
        .closeHandler(_ -> over())
        .exceptionHandler(_ -> over());
    onClose(longLived.add(this::end));
    subscriber.accept(this);
    return closed.future();
  }

  @Override
  public void send(String text) {
    if (closed.future().isComplete()) {
      return;
    }
    if (response.writeQueueFull()) {
      end();
      return;
    }
    response.write(text).onFailure(_ -> over());
  }

  @Override
  public void end() {
    if (!closed.future().isComplete()) {
      var sent = response.end().onComplete(_ -> over());
      longLived.unlessSent(sent, () -> Downstream.drop(http));
    }
  }

  @Override
  public void onClose(Runnable action) {
    if (closed.future().isComplete()) {
      action.run();
    } else {
      actions.add(action);
    }
  }

  private void over() {
    if (closed.tryComplete(response.getStatusCode())) {
      List.copyOf(actions).forEach(Runnable::run);
      actions.clear();
    }
  }
}
