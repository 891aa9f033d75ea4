package dev.cloakroom.upstream;

import io.vertx.core.AsyncResult;
import io.vertx.core.http.HttpClientConnection;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// HTTP/2: calls share one connection as streams, and a further one is made when all streams of
/// those there are have been lent. One at a time is being made, for all that wait for it.
///
/// How fresh a connection is does not matter: a target that closes one says which calls it has not
/// begun with, and those go out again.
final class Http2Pool implements Pool {
  private final Dialer dialer;
  private final UpstreamSettings settings;
  private final InstantSource clock;
  private final List<Http2Connection> connections = new ArrayList<>();
  private final ArrayDeque<Waiter> expecting = new ArrayDeque<>();
  private final ArrayDeque<Waiter> queued = new ArrayDeque<>();
  private boolean dialing;

  Http2Pool(Dialer dialer, UpstreamSettings settings, InstantSource clock) {
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
    var open = withRoom();
    if (open != null) {
      waiter.connected(open.lend());
      return;
    }
    if (dialing || connections.size() < settings.connections()) {
      expect(waiter);
    } else if (queued.size() < settings.queue()) {
      queued.addLast(waiter);
    } else {
      waiter.overloaded();
    }
  }

  private void expect(Waiter waiter) {
    if (expecting.size() >= settings.queue() + Http2Connection.STREAMS) {
      waiter.overloaded();
      return;
    }
    expecting.addLast(waiter);
    if (!dialing) {
      dialing = true;
      var edition = dialer.edition();
      var millis = waiter.connectMillis();
      dialer.dial(millis).onComplete(result -> dialed(result, edition, millis));
    }
  }

  private @Nullable Http2Connection withRoom() {
    var edition = dialer.edition();
    for (var connection : connections) {
      if (connection.hasRoom(edition)) {
        return connection;
      }
    }
    return null;
  }

  private void dialed(AsyncResult<HttpClientConnection> result, Object edition, long millis) {
    dialing = false;
    var waiters = List.copyOf(expecting);
    expecting.clear();
    if (result.failed()) {
      waiters.forEach(waiter -> notDialed(waiter, result.cause(), millis));
      return;
    }
    if (!edition.equals(dialer.edition())) { // the files for TLS have changed meanwhile
      var _ = result.result().close();
      waiters.forEach(waiter -> acquire(waiter, Freshness.ANY));
      return;
    }
    var made = new Http2Connection(this, result.result(), edition, clock);
    connections.add(made);
    if (made.hasRoom(dialer.edition())) {
      freed();
      waiters.forEach(waiter -> acquire(waiter, Freshness.ANY));
    } else {
      var cause = new Http2NotSpokenException("a connection that takes no request");
      waiters.forEach(waiter -> waiter.unreachable(cause));
    }
  }

  /// Whoever has more patience than the one for whom a connection was being made waits for another.
  private void notDialed(Waiter waiter, Throwable cause, long millis) {
    if (cause instanceof TimeoutException && waiter.connectMillis() > millis) {
      acquire(waiter, Freshness.ANY);
    } else {
      waiter.unreachable(cause);
    }
  }

  @Override
  public boolean isQueued(Waiter waiter) {
    return queued.contains(waiter);
  }

  @Override
  public void forget(Waiter waiter) {
    expecting.remove(waiter);
    queued.remove(waiter);
  }

  @Override
  public int load() {
    var lent = 0;
    for (var connection : connections) {
      lent += connection.lent();
    }
    return lent + expecting.size() + queued.size();
  }

  /// There may be room.
  void freed() {
    while (!queued.isEmpty()) {
      var open = withRoom();
      if (open == null) {
        return;
      }
      queued.removeFirst().connected(open.lend());
    }
  }

  void closed(Http2Connection connection) {
    connections.remove(connection);
    var next = queued.pollFirst();
    if (next != null) {
      acquire(next, Freshness.ANY);
    }
  }

  @Override
  public void sweep(long now) {
    if (!connections.isEmpty()) {
      var millis = settings.keepAlive().toMillis();
      List.copyOf(connections).forEach(connection -> connection.sweep(now, millis));
      freed();
    }
  }
}
