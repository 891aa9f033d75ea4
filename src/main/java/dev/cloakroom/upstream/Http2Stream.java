package dev.cloakroom.upstream;

import io.netty.handler.codec.http2.Http2Error;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.StreamResetException;
import org.jspecify.annotations.Nullable;

/// One stream of an HTTP/2 connection, for one call.
final class Http2Stream implements Connection {
  private static final int UNKNOWN = 0;

  private final Http2Connection connection;
  private final boolean reused;
  private @Nullable HttpClientRequest request;
  private int id = UNKNOWN;
  private boolean over;

  Http2Stream(Http2Connection connection, boolean reused) {
    this.connection = connection;
    this.reused = reused;
  }

  @Override
  public Future<HttpClientRequest> request() {
    return connection
        .request()
        .onSuccess(
            made -> {
              request = made;
              if (over) {
                connection.retire(); // it counts this one as under way for ever
              }
            });
  }

  @Override
  public boolean reused() {
    return reused;
  }

  @Override
  public void answered(HttpClientResponse from) {
    id = from.request().streamId();
    connection.answered();
  }

  @Override
  public void release() {
    if (!over) {
      over = true;
      connection.back(id);
    }
  }

  @Override
  public void discard() {
    if (over) {
      return;
    }
    over = true;
    if (request != null) {
      cancel(request);
    }
    connection.back(id);
  }

  /// A target that has ended the stream itself, or never saw it, is told nothing.
  private void cancel(HttpClientRequest made) {
    var open = connection.isOpen(made.streamId());
    if (open || made.streamId() <= UNKNOWN) {
      var _ = made.reset(Http2Error.CANCEL.code());
    }
    if (open) {
      connection.cancelled();
    }
  }

  /// Streams have bounds of their own, and there can be more connections.
  @Override
  public void detach() {}

  @Override
  public boolean isBusy() {
    return !connection.hasEnded(id);
  }

  @Override
  public @Nullable MultiMap trailers() {
    return connection.trailers(id);
  }

  @Override
  public boolean neverProcessed(Throwable cause) {
    return switch (cause) {
      case StreamResetException reset -> reset.getCode() == Http2Error.REFUSED_STREAM.code();
      case HttpClosedException closed ->
          closed.goAway() != null && request != null && connection.leftOut(request.streamId());
      default -> false;
    };
  }
}
