package dev.cloakroom.upstream;

import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.impl.headers.Http2HeadersAdaptor;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One HTTP/2 connection to a target, and how many streams of it are lent. It takes no further ones
/// when the target says goodbye, and when the gateway has cancelled many: targets end connections
/// on which much is cancelled, and a browser that does so would take the calls of others with it.
/// Belongs to one event loop.
final class Http2Connection {
  /// At a time, and fewer where the target wants that.
  static final int STREAMS = 100;

  /// Of these, and of the streams still lent then, targets bear 200 in half a minute.
  private static final int RESETS = 50;

  private static final long RESET_WINDOW_MILLIS = 30_000;
  private static final long SILENCE_MILLIS = 5_000;
  private static final long PONG_MILLIS = 5_000;

  /// Some targets end a connection on which they are asked often.
  private static final long ASK_MILLIS = 30_000;

  private static final RequestOptions BLANK = new RequestOptions();
  private static final Buffer PING = Buffer.buffer(new byte[Long.BYTES]);

  private final Http2Pool pool;
  private final HttpClientConnection http;
  private final Object edition;
  private final ConnectionBase wire;
  private final Http2ConnectionHandler codec;
  private final InstantSource clock;
  private final Map<Integer, Optional<MultiMap>> ended = new HashMap<>();
  private int lent;
  private boolean used;
  private boolean retired;
  private int resets;
  private int resetByTarget;
  private long resetsSince;
  private long heardAt;
  private long askedAt;
  private boolean asked;
  private long idleSince;

  /// Takes a connection that was just made.
  ///
  /// @param edition what it was made with, see [Dialer#edition]
  Http2Connection(Http2Pool pool, HttpClientConnection http, Object edition, InstantSource clock) {
    var under = Http2Wire.of(http).orElseThrow();
    this.pool = pool;
    this.http = http;
    this.edition = edition;
    this.wire = under.connection();
    this.codec = under.codec();
    this.clock = clock;
    this.heardAt = clock.millis();
    this.idleSince = heardAt;
    this.askedAt = heardAt - ASK_MILLIS;
    Http2Frames.guard(codec, this);
    http.exceptionHandler(_ -> {});
    http.shutdownHandler(_ -> retire());
    http.closeHandler(_ -> pool.closed(this));
  }

  /// Whether another stream can be lent. While a connection breaks down, its streams learn of it
  /// before it does.
  ///
  /// @param now what connections of now are made with
  boolean hasRoom(Object now) {
    if (!edition.equals(now)) {
      retired = true;
    }
    return !retired
        && lent < Math.min(STREAMS, http.maxActiveStreams())
        && wire.channel().isActive();
  }

  Http2Stream lend() {
    if (lent == 0) {
      heardAt = clock.millis();
    }
    lent++;
    return new Http2Stream(this, used);
  }

  int lent() {
    return lent;
  }

  ContextInternal context() {
    return wire.context();
  }

  Future<HttpClientRequest> request() {
    return http.request(BLANK);
  }

  /// A stream is over. Where the target has answered and does not take the rest of the request, the
  /// stream would stay for ever, and count among those that the target bears at a time.
  void back(int stream) {
    ended.remove(stream);
    var left = codec.connection().stream(stream);
    if (left != null && isOpen(stream) && left.state().localSideOpen() && !left.isResetSent()) {
      var context = wire.channelHandlerContext();
      var _ = codec.resetStream(context, stream, Http2Error.CANCEL.code(), context.newPromise());
      codec.flush(context);
      cancelled();
    }
    lent--;
    if (lent == 0) {
      idleSince = clock.millis();
      if (retired) {
        http.close();
      }
    }
    pool.freed();
  }

  /// Takes no further streams, and ends with the last of those it has.
  void retire() {
    retired = true;
    if (lent == 0) {
      http.close();
    }
  }

  /// The gateway has cancelled a stream.
  void cancelled() {
    givenUp();
    var now = clock.millis();
    if (isOver(RESET_WINDOW_MILLIS, resetsSince, now)) {
      resetsSince = now;
      resets = 0;
    }
    if (++resets >= RESETS) {
      retired = true;
    }
  }

  /// Whether a stream has begun and not ended yet. One that the target has just reset has: nobody
  /// may answer that with another reset.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc9113#section-5.4.2 RFC 9113, 5.4.2
  boolean isOpen(int stream) {
    return stream != resetByTarget && codec.connection().stream(stream) != null;
  }

  void answered() {
    used = true;
  }

  // -- what the target says

  void heard() {
    heardAt = clock.millis();
    asked = false;
  }

  /// The codec forgets the stream only after everybody has heard of it.
  void resets(int stream) {
    heard();
    resetByTarget = stream;
  }

  void ends(int stream, @Nullable Http2Headers trailers) {
    ended.put(stream, Optional.ofNullable(trailers).map(Http2HeadersAdaptor::new));
  }

  boolean hasEnded(int stream) {
    return ended.containsKey(stream);
  }

  @Nullable MultiMap trailers(int stream) {
    return ended.getOrDefault(stream, Optional.empty()).orElse(null);
  }

  /// Whether the target has said goodbye, and that it did not begin with this stream.
  boolean leftOut(int stream) {
    return codec.connection().goAwayReceived()
        && stream > codec.connection().local().lastStreamKnownByPeer();
  }

  /// A call has been given up. Where the target has been silent for a while, it is asked whether it
  /// is there at all: of a host that vanished the system would go on to hope for a quarter of an
  /// hour.
  private void givenUp() {
    var now = clock.millis();
    if (!asked && isOver(SILENCE_MILLIS, heardAt, now) && isOver(ASK_MILLIS, askedAt, now)) {
      asked = true;
      askedAt = now;
      var _ = http.ping(PING).onSuccess(_ -> heard());
    }
  }

  void sweep(long now, long keepAliveMillis) {
    // Whoever was asked has its time, though the clock was set back.
    askedAt = Math.min(askedAt, now);
    if (asked && now - askedAt >= PONG_MILLIS) {
      var _ = wire.channelHandlerContext().close(); // no goodbye, which might wait for ever
    } else if (lent == 0 && (retired || isOver(keepAliveMillis, idleSince, now))) {
      retire();
    }
  }

  /// Whether so much time has passed. What began later than now began before the clock was set
  /// back, and nobody knows when.
  private static boolean isOver(long millis, long since, long now) {
    return now < since || now - since >= millis;
  }
}
