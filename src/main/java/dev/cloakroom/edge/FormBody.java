package dev.cloakroom.edge;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads a small form, of at most 64 KiB or less and for at most ten seconds.
///
/// @spec https://openid.net/specs/oauth-v2-form-post-response-mode-1_0.html OAuth 2.0 Form Post
///   Response Mode
final class FormBody {
  private static final int MAX_BYTES = 64 * 1024;
  private static final long MAX_MILLIS = 10_000;
  private static final String FORM = "application/x-www-form-urlencoded";

  private final HttpServerRequest http;
  private final int maxBytes;
  private final Promise<Outcome> promise = Promise.promise();
  private final Buffer collected = Buffer.buffer();

  private FormBody(HttpServerRequest http, int maxBytes) {
    this.http = http;
    this.maxBytes = maxBytes;
  }

  sealed interface Outcome {
    record Form(MultiMap parameters) implements Outcome {}

    record Unreadable(Problem problem) implements Outcome {}
  }

  /// Resumes the paused request and reads it.
  static Future<Outcome> read(HttpServerRequest http, Vertx vertx) {
    return read(http, vertx, MAX_BYTES);
  }

  /// The same, for a form that is known to be smaller.
  static Future<Outcome> read(HttpServerRequest http, Vertx vertx, int maxBytes) {
    if (!isForm(http.getHeader("Content-Type"))) {
      return unreadable(ProblemCode.UNSUPPORTED_MEDIA_TYPE);
    }
    if (declaresTooMuch(http.getHeader("Content-Length"), maxBytes)) {
      return unreadable(ProblemCode.CONTENT_TOO_LARGE);
    }
    return new FormBody(http, maxBytes).read(vertx);
  }

  private Future<Outcome> read(Vertx vertx) {
    if ("100-continue".equalsIgnoreCase(http.getHeader("Expect"))) {
      http.response().writeContinue();
    }
    long timer = vertx.setTimer(MAX_MILLIS, _ -> fail(ProblemCode.REQUEST_TIMEOUT));
    promise.future().onComplete(_ -> vertx.cancelTimer(timer));
    http.handler(this::collect)
        .exceptionHandler(_ -> fail(ProblemCode.BAD_REQUEST))
        .endHandler(_ -> promise.tryComplete(decode()))
        .resume();
    return promise.future();
  }

  private void collect(Buffer part) {
    if (collected.length() + part.length() > maxBytes) {
      http.pause();
      fail(ProblemCode.CONTENT_TOO_LARGE);
    } else {
      collected.appendBuffer(part);
    }
  }

  private Outcome decode() {
    return Request.decode(collected.toString(StandardCharsets.UTF_8))
        .<Outcome>map(Outcome.Form::new)
        .orElseGet(() -> new Outcome.Unreadable(Problem.of(ProblemCode.BAD_REQUEST, "form")));
  }

  private void fail(ProblemCode code) {
    promise.tryComplete(new Outcome.Unreadable(Problem.of(code)));
  }

  private static Future<Outcome> unreadable(ProblemCode code) {
    return Future.succeededFuture(new Outcome.Unreadable(Problem.of(code)));
  }

  private static boolean isForm(@Nullable String contentType) {
    return contentType != null
        && contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals(FORM);
  }

  private static boolean declaresTooMuch(@Nullable String contentLength, int maxBytes) {
    return contentLength != null
        && (contentLength.length() > 9 || Integer.parseInt(contentLength) > maxBytes);
  }
}
