package dev.cloakroom.proxy;

import dev.cloakroom.upstream.Protocol;
import dev.cloakroom.upstream.exchange.Framing;
import io.netty.handler.codec.DecoderException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/// The request body on its way up. A small one of known length is collected first and leaves with
/// its head in one write; any other is streamed once there is a connection, and not read before.
final class Upload {
  static final int SMALL = 16 * 1024;
  private static final long LINGER_BYTES = 8 * 1024 * 1024;

  private final Call call;
  private final HttpServerRequest request;
  private final long bound;
  private final int replayBuffer;
  private final boolean overHttp2;
  private @Nullable Attempt outgoing;
  private @Nullable Buffer kept;
  private boolean keptWhole;
  private long declared = -1;
  private long received;
  private boolean chunked;
  private boolean read;
  private boolean sent;
  private boolean stopped;
  private boolean continued;
  private boolean streaming;

  Upload(Call call, HttpServerRequest request, Route route) {
    this.call = call;
    this.request = request;
    this.bound = route.maxBody().orElse(Long.MAX_VALUE);
    this.replayBuffer = route.replayBuffer();
    this.overHttp2 = route.upstream().protocol() == Protocol.HTTP2;
  }

  /// Works out how the body is framed, and calls back [Call#bodyReady] when there is something to
  /// connect for.
  void prepare() {
    var length = request.headers().get(HttpHeaders.CONTENT_LENGTH);
    declared = length == null ? -1 : Long.parseLong(length);
    var newer = request.version() == HttpVersion.HTTP_2;
    chunked =
        length == null && (newer || request.headers().contains(HttpHeaders.TRANSFER_ENCODING));
    var small = declared >= (newer ? 0 : 1) && declared <= SMALL;
    if (declared > bound) {
      call.bodyTooLarge();
    } else if ((newer && chunked && !isAnsweredAtOnce()) || small) {
      collect();
    } else if (declared <= 0 && !chunked) {
      read = true;
      keptWhole = true;
      request.resume();
      call.bodyReady();
    } else {
      request.exceptionHandler(this::broke);
      call.bodyReady();
    }
  }

  /// Over HTTP/2 the first event tells whether there is a body at all: one without a length, or one
  /// that says it has none and has.
  private void collect() {
    keptWhole = true;
    request.handler(
        chunk -> {
          keep(chunk);
          if (count(chunk) && chunked) {
            keptWhole = false;
            request.pause();
            call.bodyReady();
          }
        });
    request.endHandler(
        _ -> {
          read = true;
          chunked = false;
          call.bodyReady();
        });
    request.exceptionHandler(this::broke);
    sayContinue();
    request.resume();
  }

  /// A gRPC call may wait for the head of its answer before it sends a message.
  private boolean isAnsweredAtOnce() {
    var type = request.headers().get(HttpHeaders.CONTENT_TYPE);
    return overHttp2 && type != null && type.startsWith("application/grpc");
  }

  /// Sends the body, or what there is of it, with the head.
  void send(Attempt to) {
    outgoing = to;
    if (read && keptWhole) {
      sendWhole(to);
      return;
    }
    streaming = true;
    var first = kept;
    keptWhole = replayBuffer > 0;
    to.send(chunked ? Framing.CHUNKED : new Framing.Length(declared), first, false);
    request.handler(this::relay);
    request.endHandler(_ -> end());
    request.exceptionHandler(this::broke);
    sayContinue();
    Downstream.resume(request);
  }

  private void sendWhole(Attempt to) {
    sent = true;
    if (kept != null) {
      to.send(new Framing.Length(kept.length()), kept, true);
    } else {
      to.send(declared == 0 ? new Framing.Length(0) : Framing.NONE, null, true);
    }
  }

  /// The upstream takes more of it.
  void drained() {
    if (streaming && !stopped) {
      Downstream.resume(request);
    }
  }

  private void relay(Buffer chunk) {
    if (stopped || !count(chunk) || outgoing == null) {
      return;
    }
    if (keptWhole && (kept == null ? 0 : kept.length()) + chunk.length() <= replayBuffer) {
      keep(chunk);
    } else {
      keptWhole = false;
      kept = null;
    }
    outgoing.write(chunk);
    if (!outgoing.isWritable()) {
      request.pause();
    }
  }

  /// Nothing more of it can be read; of a connection that is gone the response tells.
  private void broke(Throwable cause) {
    if (cause instanceof DecoderException) {
      stop();
      call.bodyBroke();
    }
  }

  private void end() {
    read = true;
    if (!stopped && outgoing != null) {
      sent = true;
      outgoing.end();
      call.requestSent();
    }
  }

  private boolean count(Buffer chunk) {
    call.patience().touch();
    received += chunk.length();
    if (received > bound) {
      stop();
      call.bodyTooLarge();
      return false;
    }
    return true;
  }

  private void keep(Buffer chunk) {
    kept = kept == null ? chunk.copy() : kept.appendBuffer(chunk);
  }

  /// The browser waits for this before it sends the body it announced.
  private void sayContinue() {
    if (!continued && "100-continue".equalsIgnoreCase(request.headers().get(HttpHeaders.EXPECT))) {
      continued = true;
      if (request.version() != HttpVersion.HTTP_1_0) {
        request.response().writeContinue();
      }
    }
  }

  /// Whether the browser has sent all of it.
  boolean isRead() {
    return read;
  }

  /// Whether the upstream has been sent all of it.
  boolean isSent() {
    return sent;
  }

  boolean isEmpty() {
    return declared <= 0 && !chunked && kept == null;
  }

  /// Whether the whole body is at hand for another try.
  boolean isReplayable() {
    return isEmpty() || (read && keptWhole && kept != null && kept.length() <= replayBuffer);
  }

  /// Whether the request may go out twice: it is idempotent, and its body is not gone.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2 RFC 9110, 9.2.2
  boolean isRepeatable() {
    var method = request.method();
    return isReplayable()
        && (method.equals(HttpMethod.GET)
            || method.equals(HttpMethod.HEAD)
            || method.equals(HttpMethod.PUT)
            || method.equals(HttpMethod.DELETE)
            || method.equals(HttpMethod.OPTIONS));
  }

  /// Whether the upload waits for the browser, and not for the upstream.
  boolean waitsForBrowser() {
    return !read && (outgoing == null || outgoing.isWritable());
  }

  void stop() {
    stopped = true;
    if (!read) {
      Downstream.pause(request);
    }
  }

  /// Reads on for a while after an early answer over HTTP/1.1, because closing at once would make
  /// the browser's system throw the answer away.
  void linger() {
    stopped = true;
    received = 0;
    request.handler(
        chunk -> {
          received += chunk.length();
          if (received > LINGER_BYTES) {
            request.connection().close();
          }
        });
    request.endHandler(_ -> request.connection().close());
    request.exceptionHandler(_ -> {});
    request.resume();
  }
}
