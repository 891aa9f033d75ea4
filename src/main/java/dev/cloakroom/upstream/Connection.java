package dev.cloakroom.upstream;

import io.vertx.core.Future;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.RequestOptions;

/// One HTTP/1.1 connection to a target, lent to one call at a time. Belongs to one event loop.
public final class Connection {
  private static final RequestOptions BLANK = new RequestOptions();

  private final Pool pool;
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
  Connection(Pool pool, HttpClientConnection http, Object edition, long keepAliveMillis) {
    this.pool = pool;
    this.http = http;
    this.edition = edition;
    this.keepAliveMillis = keepAliveMillis;
  }

  /// A request whose method, target and fields the caller sets.
  public Future<HttpClientRequest> request() {
    return http.request(BLANK);
  }

  /// Whether it has carried an answer before, so that the target may be closing it right now.
  public boolean reused() {
    return reused;
  }

  /// The target said how long it keeps idle connections (`Keep-Alive: timeout=…`); ours goes first.
  public void keptAliveFor(long seconds) {
    keepAliveMillis = Math.min(keepAliveMillis, Math.max(0, seconds * 1000 - 1000));
  }

  /// Gives it back. Only after a complete request and a complete answer.
  public void release() {
    reused = true;
    pool.release(this);
  }

  /// Closes it, whatever is under way on it.
  public void discard() {
    if (!closed) {
      pool.closed(this);
      http.close();
    }
  }

  /// It became a tunnel or an endless stream, which must not use up the pool.
  public void detach() {
    if (counted && !closed) {
      counted = false;
      pool.detached();
    }
  }

  /// Whether a request or an answer is under way on it.
  public boolean isBusy() {
    return http.activeStreams() > 0;
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
