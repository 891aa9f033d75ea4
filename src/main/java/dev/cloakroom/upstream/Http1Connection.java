package dev.cloakroom.upstream;

import dev.cloakroom.upstream.exchange.AnswerHead;
import dev.cloakroom.upstream.exchange.Caller;
import dev.cloakroom.upstream.exchange.Http1Wire;
import dev.cloakroom.upstream.exchange.RequestHead;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/// One HTTP/1.1 connection to a target, lent to one call at a time.
final class Http1Connection implements Connection, Http1Wire.Owner {
  private final Http1Pool pool;
  private final Http1Wire wire;
  private final Object edition;
  private boolean reused;
  private boolean closed;
  private boolean counted = true;
  private long idleSince;
  private long keepAliveMillis;

  /// Takes a connection that was just made.
  ///
  /// @param edition what it was made with, see [Dialer#edition]
  Http1Connection(Http1Pool pool, HttpClientConnection made, Object edition, long keepAliveMillis) {
    this.pool = pool;
    this.edition = edition;
    this.keepAliveMillis = keepAliveMillis;
    this.wire = Http1Wire.takeOver(made, this);
  }

  @Override
  public void begin(Caller caller) {
    wire.begin(caller);
  }

  @Override
  public void send(RequestHead head, @Nullable Buffer body, boolean last) {
    wire.send(head, body, last);
  }

  @Override
  public void write(Buffer chunk) {
    wire.write(chunk);
  }

  @Override
  public void end() {
    wire.end();
  }

  @Override
  public boolean isWritable() {
    return wire.isWritable();
  }

  @Override
  public void pause() {
    wire.pause();
  }

  @Override
  public void resume() {
    wire.resume();
  }

  @Override
  public HttpVersion version() {
    return HttpVersion.HTTP_1_1;
  }

  @Override
  public boolean reused() {
    return reused;
  }

  /// The target may say how long it keeps idle connections (`Keep-Alive: timeout=…`); ours goes
  /// first.
  @Override
  public void answered(AnswerHead head) {
    var keepAlive = head.fields().get(HttpHeaders.KEEP_ALIVE);
    if (keepAlive != null) {
      KeepAlive.timeout(keepAlive).ifPresent(this::keptAliveFor);
    }
  }

  private void keptAliveFor(long seconds) {
    keepAliveMillis = Math.min(keepAliveMillis, Math.max(0, seconds * 1000 - 1000));
  }

  @Override
  public void release() {
    reused = true;
    if (!wire.settles()) {
      settled();
    }
  }

  @Override
  public void settled() {
    if (wire.isOpen()) {
      pool.release(this);
    } else {
      discard();
    }
  }

  @Override
  public void discard() {
    if (!closed) {
      pool.closed(this);
      wire.close();
    }
  }

  @Override
  public void closed() {
    pool.closed(this);
  }

  @Override
  public void detach() {
    if (counted && !closed) {
      counted = false;
      pool.detached();
    }
  }

  @Override
  public boolean neverProcessed(Throwable cause) {
    return false;
  }

  /// Whether it was made with what connections of now are made with.
  boolean isOf(Object now) {
    return edition.equals(now);
  }

  boolean isClosed() {
    return closed;
  }

  boolean markClosed() {
    var before = closed;
    closed = true;
    return !before;
  }

  boolean isCounted() {
    return counted;
  }

  void idleFrom(long now) {
    idleSince = now;
  }

  /// After the clock was set back, nobody knows how long it was; so it was too long.
  boolean idledAtMost(long millis, long now) {
    return now >= idleSince && now - idleSince <= Math.min(millis, keepAliveMillis);
  }

  boolean expired(long now) {
    return !idledAtMost(keepAliveMillis, now);
  }
}
