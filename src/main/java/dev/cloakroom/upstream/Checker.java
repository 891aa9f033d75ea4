package dev.cloakroom.upstream;

import dev.cloakroom.upstream.exchange.AnswerHead;
import dev.cloakroom.upstream.exchange.Caller;
import dev.cloakroom.upstream.exchange.Framing;
import dev.cloakroom.upstream.exchange.Http1Wire;
import dev.cloakroom.upstream.exchange.RequestHead;
import io.netty.buffer.ByteBuf;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import org.jspecify.annotations.Nullable;

/// Asks one target now and then whether it is well, each time on a new connection, because that it
/// can be made is half of the answer. Belongs to one event loop.
final class Checker {
  private static final String NAME = "cloakroom-health";

  private final Dialer dialer;
  private final Health health;
  private final HealthCheck check;
  private @Nullable Round round;
  private long nextAt;

  Checker(Dialer dialer, Health health, HealthCheck check) {
    this.dialer = dialer;
    this.health = health;
    this.check = check;
  }

  /// Begins a check that is due, gives up one that takes too long. Completes when none is under
  /// way. A clock that was set back brings the next check forward, and none to an early end.
  Future<Void> tick(long now) {
    var current = round;
    if (current != null && current.lasts(now) >= check.timeout().toMillis()) {
      current.ends(false);
    }
    var interval = check.interval().toMillis();
    if (round == null && (now >= nextAt || now + interval < nextAt)) {
      nextAt = now + interval;
      var next = new Round(now);
      round = next;
      dialer.dial(check.timeout().toMillis()).onComplete(next::connected);
      return next.ended.future();
    }
    return round == null ? Future.succeededFuture() : round.ended.future();
  }

  /// One check. What comes after its end is nobody's business.
  private final class Round implements Caller, Http1Wire.Owner {
    private long since;
    private final Promise<Void> ended = Promise.promise();
    private Runnable hangUp = () -> {};
    private boolean over;

    Round(long since) {
      this.since = since;
    }

    long lasts(long now) {
      since = Math.min(since, now);
      return now - since;
    }

    void connected(AsyncResult<HttpClientConnection> result) {
      if (result.failed()) {
        ends(false);
        return;
      }
      var made = result.result();
      if (over) {
        made.close();
        return;
      }
      switch (dialer.protocol()) {
        case HTTP1 -> ask(Http1Wire.takeOver(made, this));
        case HTTP2 -> ask(made);
      }
    }

    private void ask(Http1Wire wire) {
      hangUp = wire::close;
      wire.begin(this);
      if (!over) {
        wire.send(
            new RequestHead(
                HttpMethod.GET,
                check.path(),
                dialer.authority(),
                Framing.NONE,
                fields -> {
                  fields.add(HttpHeaders.USER_AGENT, NAME);
                  fields.add(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
                }),
            null,
            true);
      }
    }

    private void ask(HttpClientConnection connection) {
      hangUp = connection::close;
      connection
          .request(new RequestOptions().setMethod(HttpMethod.GET).setURI(check.path()))
          .compose(
              request -> {
                Authority.name(request, dialer.authority());
                return request.putHeader(HttpHeaders.USER_AGENT, NAME).send();
              })
          .onSuccess(answer -> judge(answer.statusCode()))
          .onFailure(_ -> ends(false));
    }

    private void judge(int status) {
      ends(status >= 200 && status < 400);
    }

    @Override
    public void ready() {}

    @Override
    public void drained() {}

    @Override
    public void hinted(MultiMap fields) {}

    @Override
    public void answered(AnswerHead head) {
      judge(head.status());
    }

    @Override
    public void received(ByteBuf bytes) {}

    @Override
    public void ended(@Nullable MultiMap trailers) {}

    @Override
    public void failed(Throwable cause) {
      ends(false);
    }

    @Override
    public void faulted(RuntimeException cause) {
      ends(false);
    }

    @Override
    public void closed() {}

    @Override
    public void settled() {}

    void ends(boolean well) {
      if (over) {
        return;
      }
      over = true;
      round = null;
      hangUp.run();
      if (well) {
        health.checkSucceeded();
      } else {
        health.checkFailed();
      }
      ended.complete();
    }
  }
}
