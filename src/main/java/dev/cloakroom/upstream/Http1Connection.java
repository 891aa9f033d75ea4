package dev.cloakroom.upstream;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.RequestOptions;
import org.jspecify.annotations.Nullable;

/// One HTTP/1.1 connection to a target, lent to one call at a time.
final class Http1Connection implements Connection {
  private static final RequestOptions BLANK = new RequestOptions();

  private final Http1Pool pool;
  private final HttpClientConnection http;
  private final Object edition;
  private boolean reused;
  private boolean closed;
  private boolean counted = true;
  private long idleSince;
  private long keepAliveMillis;

  /// Takes a connection that was just made.
  ///
  /// @param edition what it was made with, see [Dialer#edition]
  Http1Connection(Http1Pool pool, HttpClientConnection http, Object edition, long keepAliveMillis) {
    this.pool = pool;
    this.http = http;
    this.edition = edition;
    this.keepAliveMillis = keepAliveMillis;
  }

  @Override
  public Future<HttpClientRequest> request() {
    return http.request(BLANK);
  }

  @Override
  public boolean reused() {
    return reused;
  }

  /// The target may say how long it keeps idle connections (`Keep-Alive: timeout=…`); ours goes
  /// first.
  @Override
  public void answered(HttpClientResponse from) {
    var keepAlive = from.headers().get(HttpHeaders.KEEP_ALIVE);
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
    pool.release(this);
  }

  @Override
  public void discard() {
    if (!closed) {
      pool.closed(this);
      http.close();
    }
  }

  @Override
  public void detach() {
    if (counted && !closed) {
      counted = false;
      pool.detached();
    }
  }

  @Override
  public boolean isBusy() {
    return http.activeStreams() > 0;
  }

  @Override
  public @Nullable MultiMap trailers() {
    return null;
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

  boolean idledAtMost(long millis, long now) {
    return now - idleSince <= Math.min(millis, keepAliveMillis);
  }

  boolean expired(long now) {
    return now - idleSince > keepAliveMillis;
  }
}
