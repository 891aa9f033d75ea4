package dev.cloakroom.proxy;

import dev.cloakroom.proxy.Handshake.Malformed;
import dev.cloakroom.proxy.Handshake.None;
import dev.cloakroom.proxy.Handshake.WebSocket;
import dev.cloakroom.upstream.Connection;
import dev.cloakroom.upstream.Pool.Freshness;
import dev.cloakroom.upstream.Target;
import dev.cloakroom.upstream.Waiter;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One forwarded call from its first byte to its last: who waits for what, and for how long.
/// Belongs to one event loop.
///
/// Over 250 lines, because the order of a call's events is the one thing that must be read in one
/// place.
final class Call implements Exchange, Waiter {
  private static final long LINGER_MILLIS = 5_000;

  @Nullable Call previous;
  @Nullable Call next;

  private final Forwarder forwarder;
  private final HttpServerRequest request;
  private final Forwarding forwarding;
  private final Plan plan;
  private final Upload upload;
  private final Promise<Forwarded> outcome = Promise.promise();
  private final Target target;
  private boolean webSocket;
  private @Nullable Credential credential;
  private @Nullable Connection connection;
  private boolean headCame;
  private int attempt;
  private @Nullable Answer answer;
  private boolean waiting;
  private boolean retried;
  private boolean renewed;
  private boolean ended;
  private boolean active;
  private long deadline;

  Call(Forwarder forwarder, HttpServerRequest request, Forwarding forwarding, Plan plan) {
    this.forwarder = forwarder;
    this.request = request;
    this.forwarding = forwarding;
    this.plan = plan;
    this.target = plan.rotation().next();
    this.credential = forwarding.credential();
    this.upload = new Upload(this, request, plan.route());
  }

  // -- the way up

  void begin() {
    forwarder.roster().add(this);
    watch(plan.idleMillis());
    request.response().closeHandler(_ -> browserGone());
    request.response().exceptionHandler(_ -> {});
    switch (Handshake.of(request)) {
      case None() -> upload.prepare();
      case WebSocket() -> {
        webSocket = true;
        if (plan.route().websocket().enabled()) {
          upload.prepare();
        } else {
          finish(new Forwarded.BadUpgradeUnanswered(400));
        }
      }
      case Malformed(var status) -> refuseUpgrade(status);
    }
  }

  private void refuseUpgrade(int status) {
    if (status == 426) {
      request
          .response()
          .putHeader("Sec-WebSocket-Version", Handshake.VERSION)
          .putHeader(HttpHeaders.UPGRADE, "websocket")
          .putHeader(HttpHeaders.CONNECTION, "upgrade");
    }
    finish(new Forwarded.BadUpgradeUnanswered(status));
  }

  void bodyReady() {
    if (!ended) {
      acquire(isRepeatable() ? Freshness.ANY : Freshness.RECENT);
    }
  }

  private void acquire(Freshness freshness) {
    watch(plan.connectMillis());
    waiting = true;
    target.pool().acquire(this, freshness);
  }

  @Override
  public void connected(Connection lent) {
    waiting = false;
    if (ended) {
      lent.release(); // granted after the browser had gone
      return;
    }
    connection = lent;
    lent.request().onComplete(this::opened);
  }

  @Override
  public void unreachable(Throwable cause) {
    waiting = false;
    if (!ended) {
      tellFailure("no connection: " + cause.getClass().getSimpleName());
      finish(new Forwarded.UnreachableUnanswered("no connection"));
    }
  }

  @Override
  public void overloaded() {
    waiting = false;
    if (!ended) {
      tellFailure("all connections busy, queue full");
      finish(new Forwarded.OverloadedUnanswered());
    }
  }

  private void opened(AsyncResult<HttpClientRequest> result) {
    if (ended) {
      return; // the connection has been discarded already
    }
    if (result.failed()) {
      lost(result.cause());
      return;
    }
    var to = result.result();
    to.exceptionHandler(_ -> {});
    to.setMethod(request.method()).setURI(plan.uri(target, forwarding));
    RequestFields.copy(
        request.headers(), to.headers(), forwarding, host(), request.version(), credential);
    if (webSocket) {
      to.putHeader(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE);
      to.putHeader(HttpHeaders.UPGRADE, HttpHeaders.WEBSOCKET);
      watch(plan.firstByteMillis());
      to.connect().onComplete(this::answered);
    } else {
      to.earlyHintsHandler(this::earlyHints);
      to.response().onComplete(this::answered);
      watch(plan.idleMillis());
      upload.send(to);
      if (upload.isSent()) {
        watch(plan.firstByteMillis());
      }
    }
  }

  private String host() {
    return plan.route().preserveHost() ? forwarding.host() : target.pool().authority();
  }

  void bodySent() {
    if (answer == null) {
      watch(plan.firstByteMillis());
    }
  }

  void bodyTooLarge() {
    if (answer != null && !answer.isUnwritten()) {
      abort();
    } else {
      finish(new Forwarded.BodyTooLargeUnanswered());
    }
  }

  private void earlyHints(MultiMap hints) {
    if (!ended && request.version() != HttpVersion.HTTP_1_0) {
      var links = MultiMap.caseInsensitiveMultiMap();
      hints.getAll("Link").forEach(link -> links.add("Link", link));
      request.response().writeEarlyHints(links);
    }
  }

  // -- the way down

  private void answered(AsyncResult<HttpClientResponse> result) {
    if (ended) {
      return;
    }
    if (result.failed()) {
      lost(result.cause());
      return;
    }
    var from = result.result();
    headCame = true;
    var current = attempt;
    from.exceptionHandler(cause -> broken(current, cause));
    noteKeepAlive(from);
    var status = from.statusCode();
    if (status == 101 && webSocket) {
      tunnel(from);
    } else if (status < 200) {
      protocolError("unexpected status " + status);
    } else if (status == 401 && isRenewable(from)) {
      renew(from);
    } else {
      relay(from);
    }
  }

  private void noteKeepAlive(HttpClientResponse from) {
    var keepAlive = from.headers().get(HttpHeaders.KEEP_ALIVE);
    if (keepAlive != null && connection != null) {
      KeepAlive.timeout(keepAlive).ifPresent(connection::keptAliveFor);
    }
  }

  private void relay(HttpClientResponse from) {
    var download = new Download(this, from);
    answer = download;
    watch(plan.idleMillis());
    if (isEventStream(from) && connection != null) {
      connection.detach();
    }
    download.start();
  }

  private static boolean isEventStream(HttpClientResponse from) {
    var type = from.headers().get(HttpHeaders.CONTENT_TYPE);
    return type != null && type.regionMatches(true, 0, "text/event-stream", 0, 17);
  }

  private void tunnel(HttpClientResponse from) {
    if (connection != null) {
      connection.detach();
    }
    var tunnel = new Tunnel(this, from.netSocket());
    answer = tunnel;
    watch(plan.idleMillis());
    tunnel.start(from);
  }

  private boolean isRenewable(HttpClientResponse from) {
    return credential != null
        && !renewed
        && upload.isReplayable()
        && from.headers().getAll("WWW-Authenticate").stream().anyMatch(Challenges::isInvalidToken);
  }

  /// The answer waits, paused: where there is no other credential, it is the one to pass on.
  private void renew(HttpClientResponse from) {
    renewed = true;
    from.pause();
    watch(plan.firstByteMillis());
    var asked =
        credential == null
            ? Future.succeededFuture(Optional.<Credential>empty())
            : credential.renew();
    asked.onComplete(
        result ->
            forwarder.afterThisRead(
                () -> renewed(from, result.succeeded() ? result.result() : Optional.empty())));
  }

  private void renewed(HttpClientResponse from, Optional<Credential> other) {
    if (ended) {
      return;
    }
    if (other.isPresent()) {
      credential = other.get();
      dropUpstream();
      acquire(Freshness.ANY);
    } else {
      relay(from);
    }
  }

  /// The whole answer went down.
  void answered(int status) {
    var clean =
        answer instanceof Download download
            && download.leavesConnectionClean()
            && upload.isSent()
            && !webSocket;
    if (connection != null && clean) {
      connection.release();
      connection = null;
    }
    var reading = !upload.isRead();
    finish(new Forwarded.Done(status));
    if (reading) {
      upload.linger();
      watch(LINGER_MILLIS);
      forwarder.roster().add(this);
    }
  }

  // -- what goes wrong

  private void lost(Throwable cause) {
    if (connection != null && connection.reused() && !retried && isRepeatable()) {
      retried = true;
      dropUpstream();
      acquire(Freshness.NEW);
    } else if (cause instanceof HttpClosedException || cause instanceof IOException) {
      tellFailure("connection ended before an answer");
      finish(new Forwarded.UnreachableUnanswered("connection ended before an answer"));
    } else {
      protocolError(cause.getClass().getSimpleName());
    }
  }

  /// Idempotent, and without a body that is gone.
  private boolean isRepeatable() {
    var method = request.method();
    return upload.isEmpty()
        && (method.equals(HttpMethod.GET)
            || method.equals(HttpMethod.HEAD)
            || method.equals(HttpMethod.OPTIONS));
  }

  private void protocolError(String problem) {
    tellFailure(problem);
    finish(new Forwarded.ProtocolErrorUnanswered(problem));
  }

  private void broken(int ofAttempt, Throwable cause) {
    if (ended || ofAttempt != attempt) {
      return;
    }
    if (answer != null) {
      answer.broken(cause);
    } else {
      brokeOff(cause);
    }
  }

  /// The upstream's answer ended too early.
  void brokeOff(Throwable cause) {
    tellFailure("answer broken off: " + cause.getClass().getSimpleName());
    if (answer == null || answer.isUnwritten()) {
      finish(new Forwarded.UnreachableUnanswered("answer broken off"));
    } else {
      abort();
    }
  }

  private void browserGone() {
    if (!ended) {
      finish(new Forwarded.Aborted());
    }
  }

  private void abort() {
    if (answer != null) {
      answer.cut();
    } else {
      request.response().reset();
    }
    finish(new Forwarded.Aborted());
  }

  void fail(Throwable cause) {
    forwarder.fault(forwarding, cause);
    abort();
  }

  @Override
  public void sever(int closeCode, String reason) {
    if (ended) {
      return;
    }
    if (answer instanceof Tunnel tunnel) {
      tunnel.sever(closeCode, reason);
    } else {
      abort();
    }
  }

  // -- time

  /// Gives the next step so long.
  void watch(long millis) {
    active = false;
    deadline = forwarder.now() + millis;
  }

  /// Something moved.
  void touch() {
    active = true;
  }

  boolean isLate(long now) {
    if (active) {
      watch(plan.idleMillis());
    }
    return now >= deadline;
  }

  void expired() {
    if (ended) {
      forwarder.roster().remove(this);
      request.connection().close(); // it lingered long enough
    } else if (answer instanceof Tunnel tunnel) {
      tunnel.expired();
    } else if (answer != null && !answer.isUnwritten()) {
      tellFailure("answer stalled");
      abort();
    } else if (!waiting && !headCame && upload.waitsForBrowser()) {
      finish(new Forwarded.StalledUnanswered());
    } else {
      tellFailure("no answer in time");
      finish(new Forwarded.TimedOutUnanswered());
    }
  }

  // -- the end

  private void dropUpstream() {
    headCame = false;
    attempt++;
    answer = null;
    if (connection != null) {
      var dropped = connection;
      connection = null;
      dropped.discard();
    }
  }

  void finish(Forwarded result) {
    if (ended) {
      return;
    }
    ended = true;
    forwarder.roster().remove(this);
    if (waiting) {
      target.pool().forget(this);
    }
    upload.stop();
    if (connection != null) {
      connection.discard();
    }
    outcome.complete(result);
  }

  private void tellFailure(String problem) {
    forwarder.failed(forwarding, target.pool().target().toString(), problem);
  }

  @Override
  public Future<Forwarded> outcome() {
    return outcome.future();
  }

  HttpServerRequest request() {
    return request;
  }

  Forwarding forwarding() {
    return forwarding;
  }

  boolean isBodyRead() {
    return upload.isRead();
  }

  /// Runs after what is being read from the upstream has been read.
  void afterThisRead(Runnable task) {
    forwarder.afterThisRead(task);
  }

  boolean isUpstreamBusy() {
    return connection == null || connection.isBusy();
  }
}
