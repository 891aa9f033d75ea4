package dev.cloakroom.proxy;

import dev.cloakroom.proxy.ResponseFields.ContentLength;
import dev.cloakroom.upstream.exchange.AnswerHead;
import io.netty.buffer.ByteBuf;
import io.vertx.core.AsyncResult;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.net.NetSocket;
import org.jspecify.annotations.Nullable;

/// A WebSocket: bytes both ways with back-pressure, and an eye on where frames end, so that the
/// gateway can close it with a code of its own.
final class Tunnel implements Answer {
  private static final int IDLE = 1001;
  private static final long GOODBYE_MILLIS = 1_000;

  private final Call call;
  private final Attempt upstream;
  private final Frames frames = new Frames();
  private @Nullable NetSocket browser;
  private @Nullable Buffer goodbye;
  private boolean said;
  private boolean paused;

  Tunnel(Call call, Attempt upstream) {
    this.call = call;
    this.upstream = upstream;
    upstream.pause();
  }

  void start(AnswerHead from) {
    var response = call.request().response();
    ResponseFields.copy(
        from.fields(), response.headers(), call.forwarding(), 101, ContentLength.DROP);
    response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE);
    response.putHeader(HttpHeaders.UPGRADE, HttpHeaders.WEBSOCKET);
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
    upstream.resume();
  }

  private void up(Buffer bytes) {
    if (goodbye != null || browser == null) {
      return;
    }
    call.patience().touch();
    upstream.write(bytes);
    if (!upstream.isWritable()) {
      browser.pause();
    }
  }

  /// The upstream takes more.
  void upstreamDrained() {
    if (browser != null) {
      browser.resume();
    }
  }

  @Override
  public void received(ByteBuf read) {
    if (said || browser == null) {
      return;
    }
    var bytes = BufferInternal.safeBuffer(read.retain());
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
      upstream.hangUp();
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
  public void ended(@Nullable MultiMap trailers) {
    broken(new HttpClosedException("Connection was closed"));
  }

  @Override
  public void broken(Throwable cause) {
    if (!said && browser != null) {
      browser.close();
    }
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
