package dev.cloakroom.oidc.client;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VertxException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import org.jspecify.annotations.Nullable;

/// The end of a pipe that keeps a body of at most so many bytes. The chunk that would pass the
/// bound is not kept and fails the pipe. Used on one context, by one pipe.
final class BoundedBody implements WriteStream<Buffer> {
  private final Buffer content = Buffer.buffer();
  private final int longest;

  BoundedBody(int longest) {
    this.longest = longest;
  }

  /// Ends the pipe of a body that does not end in time.
  static final class TooLong extends VertxException {
    private static final long serialVersionUID = 1;

    TooLong(int longest) {
      super("longer than " + longest + " bytes", true);
    }
  }

  Buffer content() {
    return content;
  }

  @Override
  public Future<Void> write(Buffer chunk) {
    if (content.length() + chunk.length() > longest) {
      return Future.failedFuture(new TooLong(longest));
    }
    content.appendBuffer(chunk);
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> end() {
    return Future.succeededFuture();
  }

  @Override
  public boolean writeQueueFull() {
    return false; // memory is always ready
  }

  @Override
  public BoundedBody setWriteQueueMaxSize(int size) {
    return this;
  }

  @Override
  public BoundedBody exceptionHandler(@Nullable Handler<Throwable> handler) {
    return this;
  }

  @Override
  public BoundedBody drainHandler(@Nullable Handler<Void> handler) {
    return this;
  }
}
