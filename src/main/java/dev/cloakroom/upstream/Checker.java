package dev.cloakroom.upstream;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import org.jspecify.annotations.Nullable;

/// Asks one target now and then whether it is well, each time on a new connection, because that it
/// can be made is half of the answer. Belongs to one event loop.
final class Checker {
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
  /// way.
  Future<Void> tick(long now) {
    var current = round;
    if (current != null && now - current.since >= check.timeout().toMillis()) {
      current.ends(false);
    }
    if (round == null && now >= nextAt) {
      nextAt = now + check.interval().toMillis();
      var next = new Round(now);
      round = next;
      dialer.dial(check.timeout().toMillis()).onComplete(next::connected);
      return next.ended.future();
    }
    return round == null ? Future.succeededFuture() : round.ended.future();
  }

  /// One check. What comes after its end is nobody's business.
  private final class Round {
    private final long since;
    private final Promise<Void> ended = Promise.promise();
    private @Nullable HttpClientConnection connection;
    private boolean over;

    Round(long since) {
      this.since = since;
    }

    void connected(AsyncResult<HttpClientConnection> result) {
      if (result.failed()) {
        ends(false);
        return;
      }
      var made = result.result();
      connection = made;
      if (over) {
        made.close();
      } else {
        made.request(new RequestOptions().setMethod(HttpMethod.GET).setURI(check.path()))
            .onComplete(this::opened);
      }
    }

    private void opened(AsyncResult<HttpClientRequest> result) {
      if (result.failed()) {
        ends(false);
        return;
      }
      var request = result.result().putHeader(HttpHeaders.USER_AGENT, "cloakroom-health");
      Authority.name(request, dialer.authority());
      if (request.version() != HttpVersion.HTTP_2) {
        request.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
      }
      request.send().onComplete(this::answered);
    }

    private void answered(AsyncResult<HttpClientResponse> result) {
      ends(
          result.succeeded()
              && result.result().statusCode() >= 200
              && result.result().statusCode() < 400);
    }

    void ends(boolean well) {
      if (over) {
        return;
      }
      over = true;
      round = null;
      if (connection != null) {
        connection.close();
      }
      if (well) {
        health.checkSucceeded();
      } else {
        health.checkFailed();
      }
      ended.complete();
    }
  }
}
