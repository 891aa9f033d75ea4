package dev.cloakroom.proxy;

import dev.cloakroom.proxy.ResponseFields.ContentLength;
import io.vertx.core.AsyncResult;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.net.NetSocket;
import org.jspecify.annotations.Nullable;

/// A WebSocket: bytes both ways with back-pressure, and an eye on where frames end, so that the
/// gateway can close it with a code of its own.
final class Tunnel implements Answer {
  private static final int IDLE = 1001;
  private static final long GOODBYE_MILLIS = 1_000;

  private final Call call;
  private final NetSocket upstream;
  private final Frames frames = new Frames();
  private final Remainder remainder;
  private @Nullable NetSocket browser;
  private @Nullable Buffer goodbye;
  private boolean said;
  private boolean paused;
  private boolean upstreamEnded;

  Tunnel(Call call, NetSocket upstream) {
    this.call = call;
    this.upstream = upstream;
    this.remainder = new Remainder(call, this::settle);
    upstream.pause();
  }

  void start(HttpClientResponse from) {
    var response = call.request().response();
    ResponseFields.copy(
        from.headers(), response.headers(), call.forwarding(), 101, ContentLength.DROP);
    response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE);
    response.putHeader(HttpHeaders.UPGRADE, HttpHeaders.WEBSOCKET);
    upstream.closeHandler(_ -> upstreamClosed());
    upstream.exceptionHandler(_ -> {});
    call.request().toNetSocket().onComplete(this::join);
  }

  private void join(AsyncResult<NetSocket> result) {
    if (result.failed()) {
      call.finish(new Forwarded.Aborted());
      return;
    }
    var socket = result.result();
    browser = socket;
    socket.closeHandler(_ -> call.finish(new Forwarded.Done(101)));
    socket.exceptionHandler(_ -> {});
    socket.drainHandler(_ -> drained());
    socket.handler(this::up);
    upstream.drainHandler(_ -> socket.resume());
    upstream.handler(this::down);
    upstream.resume();
    upstreamMayHaveEnded();
  }

  private void up(Buffer bytes) {
    if (goodbye != null || browser == null) {
      return;
    }
    call.patience().touch();
    upstream.write(bytes);
    if (upstream.writeQueueFull()) {
      browser.pause();
    }
  }

  private void down(Buffer bytes) {
    if (said || browser == null) {
      return;
    }
    if (goodbye == null) {
      call.patience().touch();
      frames.passed(bytes);
      browser.write(bytes);
    } else {
      var rest = frames.untilBoundary(bytes);
      browser.write(bytes.slice(0, rest));
      sayGoodbye();
    }
    if (browser.writeQueueFull()) {
      paused = true;
      upstream.pause();
    }
  }

  private void drained() {
    if (paused) {
      paused = false;
      call.patience().touch();
      upstream.resume();
      upstreamMayHaveEnded();
    }
  }

  private void upstreamClosed() {
    upstreamEnded = true;
    upstreamMayHaveEnded();
  }

  /// The end overtakes bytes that wait for a slow browser; those go first.
  private void upstreamMayHaveEnded() {
    if (upstreamEnded) {
      remainder.await();
    }
  }

  private void settle() {
    if (!paused && !said && browser != null) {
      browser.close();
    }
  }

  /// Says a close frame as soon as the frame under way is whole, then closes.
  void sever(int code, String reason) {
    if (goodbye == null) {
      goodbye = Frames.close(code, reason);
      call.patience().watch(GOODBYE_MILLIS);
      if (browser != null) {
        browser.resume();
      }
      sayGoodbye();
    }
  }

  /// The browser's own close frame is awaited, because what is still on its way from there would
  /// otherwise make its system throw ours away.
  private void sayGoodbye() {
    if (!said && goodbye != null && browser != null && frames.atBoundary()) {
      said = true;
      browser.write(goodbye);
      upstream.close();
    }
  }

  void expired() {
    if (goodbye == null) {
      sever(IDLE, "idle");
    } else {
      cut();
    }
  }

  @Override
  public void broken(Throwable cause) {
    upstreamClosed();
  }

  @Override
  public boolean isUnwritten() {
    return browser == null;
  }

  @Override
  public void cut() {
    if (browser != null) {
      browser.close();
    } else {
      Downstream.cut(call.request());
    }
    call.finish(new Forwarded.Aborted());
  }
}
