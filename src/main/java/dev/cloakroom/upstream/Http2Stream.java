package dev.cloakroom.upstream;

import dev.cloakroom.upstream.exchange.AnswerHead;
import dev.cloakroom.upstream.exchange.Caller;
import dev.cloakroom.upstream.exchange.Framing;
import dev.cloakroom.upstream.exchange.RequestHead;
import io.netty.handler.codec.http2.Http2Error;
import io.vertx.core.AsyncResult;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.StreamResetException;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One stream of an HTTP/2 connection, for one call, as the library's client has it.
///
/// That client tells of an end of the connection before it has delivered what waits for a slow
/// browser, the answer's own end included; here all of that goes first. Over 250 lines, because a
/// stream has a way up, a way down and a place among others.
final class Http2Stream implements Connection {
  private static final int UNKNOWN = 0;

  private final Http2Connection connection;
  private final boolean reused;
  private @Nullable Caller caller;
  private @Nullable HttpClientRequest request;
  private @Nullable HttpClientResponse answer;
  private @Nullable Throwable broken;
  private int id = UNKNOWN;
  private int looks;
  private boolean paused;
  private boolean over;

  Http2Stream(Http2Connection connection, boolean reused) {
    this.connection = connection;
    this.reused = reused;
  }

  // -- the way up

  @Override
  public void begin(Caller by) {
    caller = by;
    connection.request().onComplete(this::opened);
  }

  private void opened(AsyncResult<HttpClientRequest> result) {
    if (result.succeeded()) {
      request = result.result();
      if (over) {
        connection.retire(); // it counts this one as under way for ever
      }
    }
    if (caller == null) {
      return;
    }
    if (result.failed()) {
      fail(result.cause());
    } else {
      tell(Caller::ready);
    }
  }

  @Override
  public void send(RequestHead head, @Nullable Buffer body, boolean last) {
    var to = request();
    to.exceptionHandler(_ -> {});
    to.setMethod(head.method()).setURI(head.target());
    head.fields().accept((name, value) -> to.headers().add(name, value));
    Authority.name(to, head.authority());
    switch (head.framing()) {
      case Framing.Length(var length) ->
          to.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(length));
      case Framing.Chunked() -> to.setChunked(true);
      case Framing.None(), Framing.Upgrade() -> {}
    }
    to.earlyHintsHandler(fields -> tell(told -> told.hinted(fields)));
    to.response().onComplete(this::answered);
    to.drainHandler(_ -> tell(Caller::drained));
    if (last) {
      var _ = body == null ? to.end() : to.end(body);
    } else {
      var _ = body == null ? to.sendHead().mapEmpty() : to.write(body);
    }
  }

  @Override
  public void write(Buffer chunk) {
    var _ = request().write(chunk);
  }

  @Override
  public void end() {
    var _ = request().end();
  }

  @Override
  public boolean isWritable() {
    return !request().writeQueueFull();
  }

  private HttpClientRequest request() {
    return Objects.requireNonNull(request, "a request that can go");
  }

  // -- the way down

  private void answered(AsyncResult<HttpClientResponse> result) {
    if (caller == null) {
      return;
    }
    if (result.failed()) {
      fail(result.cause());
      return;
    }
    var from = result.result();
    answer = from;
    id = from.request().streamId();
    connection.answered();
    from.exceptionHandler(this::broke);
    from.handler(chunk -> tell(told -> told.received(((BufferInternal) chunk).getByteBuf())));
    from.endHandler(_ -> ended());
    tell(told -> told.answered(new AnswerHead(from.version(), from.statusCode(), from.headers())));
    if (!paused) {
      from.resume();
    }
  }

  private void ended() {
    var told = caller;
    if (told != null) {
      var trailers = connection.trailers(id);
      tell(
          _ -> {
            caller = null;
            told.ended(trailers);
          });
    }
  }

  private void broke(Throwable cause) {
    broken = cause;
    lookLater();
  }

  /// A resume takes effect a turn of the event loop later, so whoever has just resumed looks a turn
  /// later again, and only the last look counts.
  private void lookLater() {
    looks++;
    connection
        .context()
        .runOnContext(
            _ -> {
              looks--;
              if (looks == 0) {
                look();
              }
            });
  }

  private void look() {
    if (broken == null || paused || caller == null) {
      return;
    }
    if (connection.hasEnded(id)) {
      ended();
    } else {
      fail(broken);
    }
  }

  private void fail(Throwable cause) {
    var told = caller;
    caller = null;
    if (told != null) {
      told.failed(cause);
    }
  }

  private void tell(Consumer<Caller> news) {
    var told = caller;
    if (told == null) {
      return;
    }
    try {
      news.accept(told);
    } catch (RuntimeException e) {
      caller = null;
      told.faulted(e);
    }
  }

  @Override
  public void pause() {
    paused = true;
    if (answer != null) {
      answer.pause();
    }
  }

  @Override
  public void resume() {
    paused = false;
    if (answer != null) {
      answer.resume();
    }
    if (broken != null) {
      lookLater();
    }
  }

  // -- its place

  @Override
  public HttpVersion version() {
    return HttpVersion.HTTP_2;
  }

  @Override
  public boolean reused() {
    return reused;
  }

  @Override
  public void release() {
    if (!over) {
      over = true;
      caller = null;
      connection.back(id);
    }
  }

  @Override
  public void discard() {
    caller = null;
    if (over) {
      return;
    }
    over = true;
    if (request != null) {
      cancel(request);
    }
    connection.back(id);
  }

  /// A target that has ended the stream itself, or never saw it, is told nothing.
  private void cancel(HttpClientRequest made) {
    var open = connection.isOpen(made.streamId());
    if (open || made.streamId() <= UNKNOWN) {
      var _ = made.reset(Http2Error.CANCEL.code());
    }
    if (open) {
      connection.cancelled();
    }
  }

  /// Streams have bounds of their own, and there can be more connections.
  @Override
  public void detach() {}

  @Override
  public boolean neverProcessed(Throwable cause) {
    return switch (cause) {
      case StreamResetException reset -> reset.getCode() == Http2Error.REFUSED_STREAM.code();
      case HttpClosedException _ -> request != null && connection.leftOut(request.streamId());
      default -> false;
    };
  }
}
