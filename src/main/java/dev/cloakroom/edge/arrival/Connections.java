package dev.cloakroom.edge.arrival;

import io.netty.channel.Channel;
import io.netty.handler.codec.DecoderException;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.Http1xServerConnection;
import io.vertx.core.http.impl.Http2ServerConnection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// The connections of one event loop: how many there are, which of them keep us waiting for a
/// request, and which have had their last. A head that trickles in is cut off as surely as none,
/// and so is a connection that never says what it speaks. Used on that event loop only.
public final class Connections {
  private static final int FIRST_REQUEST_TICKS = 20;
  private static final int NEXT_REQUEST_TICKS = 75;

  private static final int BROKEN_TICKS = 10;

  private static final long NO_ERROR = 0;

  private final int max;
  private final IdentityHashMap<Channel, Long> arriving = new IdentityHashMap<>();
  private final IdentityHashMap<HttpConnection, State> open = new IdentityHashMap<>();
  private final Promise<Void> emptied = Promise.promise();
  private long ticks;
  private boolean draining;

  public Connections(int max) {
    this.max = max;
  }

  private static final class State {
    private final boolean shared;
    private int requests;
    private int begun;
    private int broken;
    private long waitsUntil;
    private long endsAt = Long.MAX_VALUE;
    private boolean closing;

    State(HttpConnection connection) {
      shared = connection instanceof Http2ServerConnection;
    }

    boolean isBroken() {
      return endsAt != Long.MAX_VALUE;
    }
  }

  /// A new connection, of which nothing is known yet; one too many is closed.
  public void arrived(Channel channel) {
    if (arriving.size() + open.size() >= max) {
      close(channel);
      return;
    }
    arriving.put(channel, ticks + FIRST_REQUEST_TICKS);
    var _ = channel.closeFuture().addListener(_ -> left(channel));
  }

  private static void close(Channel channel) {
    var _ = channel.close();
  }

  private void left(Channel channel) {
    arriving.remove(channel);
    noticeEmpty();
  }

  /// It is known what an arrived connection speaks; its first request is awaited no longer for
  /// that.
  public void opened(HttpConnection connection, Channel channel) {
    var waitsUntil = arriving.remove(channel);
    if (waitsUntil == null) {
      connection.close();
      return;
    }
    var state = new State(connection);
    state.waitsUntil = waitsUntil;
    open.put(connection, state);
    connection.closeHandler(_ -> closed(connection));
  }

  private void closed(HttpConnection connection) {
    open.remove(connection);
    noticeEmpty();
  }

  private void noticeEmpty() {
    if (draining && arriving.isEmpty() && open.isEmpty()) {
      emptied.tryComplete();
    }
  }

  /// False where the connection has had its last request: the server below hands on what came
  /// behind it, and nobody may act on that. After a request whose end is in doubt it would be
  /// smuggled in.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc9112#section-9.6 RFC 9112, 9.6
  public boolean requestBegins(HttpConnection connection) {
    var state = open.get(connection);
    if (state == null) {
      return true;
    }
    if (state.closing) {
      return false;
    }
    state.requests++;
    state.begun++;
    endIfBroken(state);
    return true;
  }

  /// The request under way is the last one.
  public void endsWithAnswer(HttpConnection connection) {
    var state = open.get(connection);
    if (state != null && !state.shared) {
      state.closing = true;
    }
  }

  /// Tells whoever has a request that no more of its body can be read, now and then again, because
  /// nobody may listen yet; those before it come first. With it the connection ends in any case, be
  /// it that nobody answers. False where there is nobody to tell.
  ///
  /// @param request the how many-th of the connection it is, from 1
  public boolean bodyBroke(HttpConnection connection, int request) {
    var state = open.get(connection);
    if (state == null || state.shared) {
      return false;
    }
    state.broken = request;
    endIfBroken(state);
    if (isBroken(connection)) {
      tellBroken(connection);
    }
    return true;
  }

  private void endIfBroken(State state) {
    if (state.begun == state.broken) {
      state.closing = true;
      state.endsAt = ticks + BROKEN_TICKS;
    }
  }

  private static void tellBroken(HttpConnection connection) {
    if (connection instanceof Http1xServerConnection told) {
      told.handleException(new DecoderException("a body that cannot be read"));
    }
  }

  private boolean isBroken(HttpConnection connection) {
    var state = open.get(connection);
    return state != null && state.isBroken();
  }

  /// Whether the answer under way is the last one.
  public boolean isEnding(HttpConnection connection) {
    if (draining) {
      return true;
    }
    var state = open.get(connection);
    return state != null && state.closing;
  }

  /// What becomes of a connection after a request.
  public enum Next {
    /// Another request may come, or is under way already.
    GOES_ON,
    /// It was the last one, and nothing is under way.
    ENDS,
    /// The same, and more is on its way that nobody can read.
    ENDS_BROKEN
  }

  /// The answer has gone out, or the request was given up; says what becomes of its connection.
  public Next requestEnds(HttpConnection connection) {
    var state = open.get(connection);
    if (state == null) {
      return Next.GOES_ON;
    }
    state.requests--;
    state.waitsUntil = ticks + NEXT_REQUEST_TICKS;
    if (state.requests > 0) {
      return Next.GOES_ON;
    }
    if (state.isBroken()) {
      return Next.ENDS_BROKEN;
    }
    return !state.shared && (draining || state.closing) ? Next.ENDS : Next.GOES_ON;
  }

  /// From now on a connection ends with its answer; the future completes when none is left. Idle
  /// ones stay, since a request may be on its way that was sent before anybody could know. A
  /// connection that several requests share is told that it will end, and still takes what crosses
  /// that.
  public Future<Void> drain() {
    draining = true;
    shared().forEach(connection -> connection.goAway(NO_ERROR, Integer.MAX_VALUE));
    noticeEmpty();
    return emptied.future();
  }

  private List<HttpConnection> shared() {
    return open.entrySet().stream()
        .filter(entry -> entry.getValue().shared)
        .map(Map.Entry::getKey)
        .toList();
  }

  /// Closes what has no request under way; what is shared takes no further one.
  public void closeIdle() {
    shared().forEach(connection -> connection.goAway(NO_ERROR));
    var idle =
        open.entrySet().stream()
            .filter(entry -> entry.getValue().requests == 0)
            .map(Map.Entry::getKey)
            .toList();
    idle.forEach(HttpConnection::close);
    List.copyOf(arriving.keySet()).forEach(Connections::close);
  }

  /// Called once a second: closes what has waited too long for the next request head.
  public void tick() {
    ticks++;
    List<HttpConnection> late =
        open.entrySet().stream()
            .filter(entry -> isLate(entry.getValue()))
            .map(Map.Entry::getKey)
            .toList();
    late.forEach(HttpConnection::close);
    arriving.entrySet().stream()
        .filter(entry -> entry.getValue() < ticks)
        .map(Map.Entry::getKey)
        .toList()
        .forEach(Connections::close);
    List.copyOf(open.keySet()).stream().filter(this::isBroken).forEach(Connections::tellBroken);
  }

  private boolean isLate(State state) {
    return state.endsAt < ticks || (state.requests == 0 && state.waitsUntil < ticks);
  }

  /// Whether a request says that it is the last one. The server below knows `close` only where it
  /// stands alone.
  public static boolean isLast(HttpVersion version, MultiMap headers) {
    return switch (version) {
      case HTTP_1_0 -> !says(headers, "keep-alive") || says(headers, "close");
      case HTTP_1_1 -> says(headers, "close");
      case HTTP_2 -> false;
    };
  }

  private static boolean says(MultiMap headers, String option) {
    if (!headers.contains(HttpHeaders.CONNECTION)) {
      return false;
    }
    for (var field : headers.getAll(HttpHeaders.CONNECTION)) {
      for (var token : field.split(",", -1)) {
        if (token.strip().equalsIgnoreCase(option)) {
          return true;
        }
      }
    }
    return false;
  }

  public static boolean hasBody(MultiMap headers) {
    var length = headers.get(HttpHeaders.CONTENT_LENGTH);
    return headers.contains(HttpHeaders.TRANSFER_ENCODING)
        || (length != null && !length.equals("0"));
  }
}
