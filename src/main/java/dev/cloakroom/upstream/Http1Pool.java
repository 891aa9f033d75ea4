package dev.cloakroom.upstream;

import io.vertx.core.http.HttpClientConnection;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// HTTP/1.1: at most `connections` open, each lent to one call at a time, the rest waits in a
/// bounded queue. The connection used last goes out first, so that the others can grow old. One
/// that was made before the files for TLS changed is not used again: a token that is bound to the
/// new certificate would not be taken on it.
final class Http1Pool implements Pool {
  /// A call that cannot be sent twice takes no connection that idled longer: the target may just be
  /// closing it.
  private static final long SURELY_ALIVE_MILLIS = 2_000;

  private final Dialer dialer;
  private final UpstreamSettings settings;
  private final InstantSource clock;
  private final ArrayDeque<Http1Connection> idle = new ArrayDeque<>();
  private final ArrayDeque<Waiter> waiting = new ArrayDeque<>();
  private int open;
  private int detached;

  Http1Pool(Dialer dialer, UpstreamSettings settings, InstantSource clock) {
    this.dialer = dialer;
    this.settings = settings;
    this.clock = clock;
  }

  @Override
  public URI target() {
    return dialer.target();
  }

  @Override
  public String authority() {
    return dialer.authority();
  }

  @Override
  public void acquire(Waiter waiter, Freshness freshness) {
    var pooled = freshness == Freshness.NEW ? null : takeIdle(freshness);
    if (pooled != null) {
      waiter.connected(pooled);
    } else if (open < settings.connections()) {
      connect(waiter);
    } else if (!idle.isEmpty()) {
      idle.getFirst().discard();
      connect(waiter);
    } else if (waiting.size() < settings.queue()) {
      waiting.addLast(waiter);
    } else {
      waiter.overloaded();
    }
  }

  @Override
  public int load() {
    return open - idle.size() + detached + waiting.size();
  }

  @Override
  public boolean isQueued(Waiter waiter) {
    return waiting.contains(waiter);
  }

  @Override
  public void forget(Waiter waiter) {
    waiting.remove(waiter);
  }

  private @Nullable Http1Connection takeIdle(Freshness freshness) {
    var newest = idle.peekLast();
    while (newest != null && !newest.isOf(dialer.edition())) {
      newest.discard();
      newest = idle.peekLast();
    }
    if (newest == null) {
      return null;
    }
    var most = freshness == Freshness.RECENT ? SURELY_ALIVE_MILLIS : Long.MAX_VALUE;
    return newest.idledAtMost(most, clock.millis()) ? idle.pollLast() : null;
  }

  private void connect(Waiter waiter) {
    open++;
    var edition = dialer.edition();
    dialer
        .dial(waiter.connectMillis())
        .onComplete(
            result -> {
              if (result.succeeded()) {
                waiter.connected(admit(result.result(), edition));
              } else {
                open--;
                waiter.unreachable(result.cause());
                serveNext();
              }
            });
  }

  private Http1Connection admit(HttpClientConnection made, Object edition) {
    return new Http1Connection(this, made, edition, settings.keepAlive().toMillis());
  }

  void release(Http1Connection connection) {
    if (connection.isClosed()) {
      return;
    }
    if (!connection.isCounted() || !connection.isOf(dialer.edition())) {
      connection.discard();
      return;
    }
    var next = waiting.pollFirst();
    if (next != null) {
      next.connected(connection);
    } else {
      connection.idleFrom(clock.millis());
      idle.addLast(connection);
    }
  }

  void detached() {
    open--;
    detached++;
    serveNext();
  }

  void closed(Http1Connection connection) {
    if (!connection.markClosed()) {
      return;
    }
    idle.remove(connection);
    if (connection.isCounted()) {
      open--;
      serveNext();
    } else {
      detached--;
    }
  }

  private void serveNext() {
    if (open < settings.connections()) {
      var next = waiting.pollFirst();
      if (next != null) {
        connect(next);
      }
    }
  }

  @Override
  public void sweep(long now) {
    if (!idle.isEmpty()) {
      idle.stream()
          .filter(connection -> connection.expired(now))
          .toList()
          .forEach(Http1Connection::discard);
    }
  }
}
