package dev.cloakroom.proxy;

import dev.cloakroom.proxy.ResponseFields.ContentLength;
import dev.cloakroom.upstream.exchange.AnswerHead;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.buffer.BufferInternal;
import org.jspecify.annotations.Nullable;

/// An answer on its way down. What arrives together leaves together: a small body of known length
/// with its head in one write, of any other as much as came with the head. Then it is streamed,
/// chunk by chunk, and nothing is held back.
final class Download implements Answer {
  private static final int SMALL = Upload.SMALL;

  /// From here on, bytes leave as they were read and are given back when they have left; of fewer,
  /// a copy is cheaper. A stream of HTTP/2 does not always tell whether they have.
  private static final int WORTH_LENDING = 2 * 1024;

  private final Call call;
  private final Attempt by;
  private final AnswerHead from;
  private final HttpServerResponse to;
  private final boolean bodiless;
  private final long length;
  private @Nullable Buffer held;
  private boolean joined;
  private boolean headSet;
  private boolean streaming;
  private boolean paused;
  private boolean done;
  private long passed;

  Download(Call call, Attempt by, AnswerHead from) {
    this.call = call;
    this.by = by;
    this.from = from;
    this.to = call.request().response();
    var status = from.status();
    this.bodiless =
        call.request().method().equals(HttpMethod.HEAD) || status == 204 || status == 304;
    var declared = from.fields().get(HttpHeaders.CONTENT_LENGTH);
    this.length = declared == null ? -1 : Long.parseLong(declared);
  }

  void start() {
    if (!bodiless && (length < 0 || length > SMALL)) {
      call.afterThisRead(this::flush);
    }
    by.resume();
  }

  static boolean isEventStream(AnswerHead from) {
    var type = from.fields().get(HttpHeaders.CONTENT_TYPE);
    return type != null && type.regionMatches(true, 0, "text/event-stream", 0, 17);
  }

  /// An answer that announces a body it must not have may be followed by that body; what comes
  /// after it on the connection cannot be trusted to be the next answer.
  boolean leavesConnectionClean() {
    if (from.version() == HttpVersion.HTTP_2) {
      return true;
    }
    var connection = from.fields().get(HttpHeaders.CONNECTION);
    return from.version() == HttpVersion.HTTP_1_1
        && (connection == null || !ConnectionOptions.of(from.fields()).has("close"))
        && !(bodiless && (length > 0 || from.fields().contains(HttpHeaders.TRANSFER_ENCODING)));
  }

  @Override
  public void received(ByteBuf bytes) {
    call.patience().touch();
    if (done || bodiless) {
      return;
    }
    passed += bytes.readableBytes();
    if (passed > SMALL) {
      flush();
    }
    if (!streaming) {
      hold(copy(bytes));
    } else if (bytes.readableBytes() < WORTH_LENDING || Downstream.isShared(call.request())) {
      var _ = write(copy(bytes));
    } else {
      var lent = bytes.retain();
      var _ = write(BufferInternal.buffer(lent)).onComplete(_ -> lent.release());
    }
  }

  private static Buffer copy(ByteBuf bytes) {
    return BufferInternal.safeBuffer(bytes.retain());
  }

  private void hold(Buffer chunk) {
    if (held == null) {
      held = chunk;
    } else if (joined) {
      held.appendBuffer(chunk);
    } else {
      held = held.copy().appendBuffer(chunk);
      joined = true;
    }
  }

  private void flush() {
    if (streaming || done) {
      return;
    }
    streaming = true;
    setHead();
    to.drainHandler(_ -> drained());
    var newer = to.headers().contains(HttpHeaders.CONTENT_LENGTH) || speaksChunked();
    if (length < 0 && speaksChunked()) {
      to.setChunked(true);
    }
    if (held != null) {
      var first = held;
      held = null;
      var _ = write(first);
    } else if (newer) {
      to.writeHead();
    }
  }

  private boolean speaksChunked() {
    return call.request().version() != HttpVersion.HTTP_1_0;
  }

  private void setHead() {
    headSet = true;
    to.setStatusCode(from.status());
    ResponseFields.copy(
        from.fields(), to.headers(), call.forwarding(), from.status(), ContentLength.PASS);
    if (!call.upload().isRead() && !Downstream.isShared(call.request())) {
      to.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
  }

  private Future<Void> write(Buffer chunk) {
    var written = to.write(chunk);
    if (to.writeQueueFull()) {
      paused = true;
      by.pause();
    }
    return written;
  }

  private void drained() {
    if (!paused || done) {
      return;
    }
    paused = false;
    call.patience().touch();
    by.resume();
  }

  @Override
  public void ended(@Nullable MultiMap trailers) {
    if (done) {
      return;
    }
    if (length >= 0 && passed != length && !bodiless) {
      call.brokeOff(new HttpClosedException("an answer shorter than it says"));
      return;
    }
    done = true;
    if (!headSet) {
      setHead();
    }
    setTrailers(trailers);
    var written = held == null ? to.end() : to.end(held);
    call.answered(from.status(), written);
    if (streaming && length < 0 && !speaksChunked()) {
      call.request().connection().close();
    }
  }

  private void setTrailers(@Nullable MultiMap trailers) {
    if (trailers != null && Trailers.wanted(call.request()) && length < 0 && speaksChunked()) {
      if (!streaming && !bodiless) {
        to.setChunked(true);
      }
      Trailers.copy(trailers, to);
    }
  }

  /// The connection ended. An answer whose length is known may be whole all the same.
  @Override
  public void broken(Throwable cause) {
    if (done) {
      return;
    }
    if (length >= 0 && !bodiless && passed == length) {
      ended(null);
    } else {
      call.brokeOff(cause);
    }
  }

  @Override
  public boolean isUnwritten() {
    return !streaming && !done;
  }

  @Override
  public void cut() {
    done = true;
    Downstream.cut(call.request());
  }
}
