package dev.cloakroom.proxy;

import dev.cloakroom.proxy.ResponseFields.ContentLength;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/// An answer on its way down. What arrives together leaves together: a small body of known length
/// with its head in one write, of any other as much as came with the head. Then it is streamed,
/// chunk by chunk, and nothing is held back.
final class Download implements Answer {
  private static final int SMALL = Upload.SMALL;

  private final Call call;
  private final HttpClientResponse from;
  private final HttpServerResponse to;
  private final boolean bodiless;
  private final long length;
  private final Remainder remainder;
  private @Nullable Buffer held;
  private boolean joined;
  private boolean headSet;
  private boolean streaming;
  private boolean paused;
  private boolean done;
  private long passed;
  private @Nullable Throwable broken;

  Download(Call call, HttpClientResponse from) {
    this.call = call;
    this.from = from;
    this.to = call.request().response();
    this.remainder = new Remainder(call, this::settle);
    var status = from.statusCode();
    this.bodiless =
        call.request().method().equals(HttpMethod.HEAD) || status == 204 || status == 304;
    var declared = from.headers().get(HttpHeaders.CONTENT_LENGTH);
    this.length = declared == null ? -1 : Long.parseLong(declared);
  }

  void start() {
    from.endHandler(_ -> end());
    if (!bodiless) {
      from.handler(this::chunk);
      if (length < 0 || length > SMALL) {
        call.afterThisRead(this::flush);
      }
    }
    from.resume();
  }

  static boolean isEventStream(HttpClientResponse from) {
    var type = from.headers().get(HttpHeaders.CONTENT_TYPE);
    return type != null && type.regionMatches(true, 0, "text/event-stream", 0, 17);
  }

  /// An answer that announces a body it must not have may be followed by that body; what comes
  /// after it on the connection cannot be trusted to be the next answer.
  boolean leavesConnectionClean() {
    if (from.version() == HttpVersion.HTTP_2) {
      return true;
    }
    var connection = from.headers().get(HttpHeaders.CONNECTION);
    return from.version() == HttpVersion.HTTP_1_1
        && (connection == null || !ConnectionOptions.of(from.headers()).has("close"))
        && !(bodiless && (length > 0 || from.headers().contains(HttpHeaders.TRANSFER_ENCODING)));
  }

  private void chunk(Buffer chunk) {
    call.patience().touch();
    if (done) {
      return;
    }
    passed += chunk.length();
    if (streaming) {
      write(chunk);
      return;
    }
    hold(chunk);
    if (held != null && held.length() > SMALL) {
      flush();
    }
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
      write(first);
    } else if (newer) {
      to.writeHead();
    }
  }

  private boolean speaksChunked() {
    return call.request().version() != HttpVersion.HTTP_1_0;
  }

  private void setHead() {
    headSet = true;
    to.setStatusCode(from.statusCode());
    ResponseFields.copy(
        from.headers(), to.headers(), call.forwarding(), from.statusCode(), ContentLength.PASS);
    if (!call.upload().isRead() && !Downstream.isShared(call.request())) {
      to.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
  }

  private void write(Buffer chunk) {
    to.write(chunk);
    if (to.writeQueueFull()) {
      paused = true;
      from.pause();
    }
  }

  private void drained() {
    if (!paused || done) {
      return;
    }
    paused = false;
    call.patience().touch();
    from.resume();
    if (broken != null) {
      remainder.await();
    }
  }

  private void end() {
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
    setTrailers();
    var written = held == null ? to.end() : to.end(held);
    call.answered(from.statusCode(), written);
    if (streaming && length < 0 && !speaksChunked()) {
      call.request().connection().close();
    }
  }

  private void setTrailers() {
    var trailers = call.trailers();
    if (trailers != null && length < 0 && speaksChunked()) {
      if (!streaming && !bodiless) {
        to.setChunked(true);
      }
      Trailers.copy(trailers, to);
    }
  }

  /// The connection ended. The news overtakes what waits for a slow browser, the answer's own end
  /// included; all of that goes first.
  @Override
  public void broken(Throwable cause) {
    broken = cause;
    remainder.await();
  }

  private void settle() {
    if (broken == null || paused || done) {
      return;
    }
    if (isWhole(broken)) {
      end();
    } else {
      call.brokeOff(broken);
    }
  }

  /// Without a length, the connection's parser knows: it holds an answer for under way until it has
  /// seen the end. The end of the connection is one where nothing else delimits the answer, a reset
  /// is not.
  private boolean isWhole(Throwable cause) {
    if (length >= 0 && !bodiless) {
      return passed == length;
    }
    var delimited =
        bodiless
            || from.version() == HttpVersion.HTTP_2
            || from.headers().contains(HttpHeaders.TRANSFER_ENCODING);
    return (delimited || cause instanceof HttpClosedException) && !call.isUpstreamBusy();
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
