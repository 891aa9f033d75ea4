package dev.cloakroom.proxy;

import dev.cloakroom.proxy.Handshake.Malformed;
import dev.cloakroom.proxy.Handshake.None;
import dev.cloakroom.proxy.Handshake.WebSocket;
import dev.cloakroom.upstream.Pool.Freshness;
import dev.cloakroom.upstream.Target;
import dev.cloakroom.upstream.exchange.AnswerHead;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServerRequest;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One forwarded call from its first byte to its last: who waits for what, for how long, and how it
/// ends. Belongs to one event loop. Over 250 lines, because the order of its events must be read in
/// one place.
final class Call implements Exchange {
  private static final long LINGER_MILLIS = 5_000;

  @Nullable Call previous;
  @Nullable Call next;

  private final Forwarder forwarder;
  private final HttpServerRequest request;
  private final Forwarding forwarding;
  private final Plan plan;
  private final Upload upload;
  private final Patience patience;
  private final Promise<Forwarded> outcome = Promise.promise();
  private @Nullable Credential credential;
  private @Nullable Attempt attempt;
  private @Nullable Answer answer;
  private boolean webSocket;
  private boolean headCame;
  private boolean renewed;
  private boolean ended;

  Call(Forwarder forwarder, HttpServerRequest request, Forwarding forwarding, Plan plan) {
    this.forwarder = forwarder;
    this.request = request;
    this.forwarding = forwarding;
    this.plan = plan;
    this.credential = forwarding.credential();
    this.upload = new Upload(this, request, plan.route());
    this.patience = new Patience(forwarder.clock(), plan.idleMillis(), plan.totalMillis());
  }

  // -- the way up

  void begin() {
    forwarder.roster().add(this);
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
      case Malformed(var status) -> finish(new Forwarded.BadUpgradeUnanswered(status));
    }
  }

  void bodyReady() {
    if (ended) {
      return;
    }
    var target = plan.rotation().next();
    if (target == null) {
      finish(new Forwarded.CutOffUnanswered(plan.rotation().retryAfter()));
    } else {
      attempt(target, freshness(), Tries.NONE);
    }
  }

  /// What can go out again may go out on any connection.
  Freshness freshness() {
    return upload.isRepeatable() ? Freshness.ANY : Freshness.RECENT;
  }

  private void attempt(Target target, Freshness freshness, Tries tries) {
    attempt = new Attempt(this, target, credential, tries);
    attempt.start(freshness);
  }

  void sendBody(Attempt to) {
    patience.watch(plan.idleMillis());
    upload.send(to);
    if (upload.isSent()) {
      requestSent();
    }
  }

  void requestSent() {
    if (answer == null) { // from here the upstream's time runs
      patience.watch(plan.firstByteMillis());
    }
  }

  void bodyTooLarge() {
    giveUp(new Forwarded.BodyTooLargeUnanswered());
  }

  void bodyBroke() {
    giveUp(new Forwarded.BrokenBodyUnanswered());
  }

  private void giveUp(Forwarded result) {
    if (answer != null && !answer.isUnwritten()) {
      abort();
    } else {
      finish(result);
    }
  }

  // -- the way down

  void answered(AnswerHead from) {
    headCame = true;
    var status = from.status();
    if (status == 101 && webSocket) {
      tunnel(from);
    } else if (status < 200) {
      protocolError("unexpected status " + status);
    } else if (status == 401 && credential != null) {
      challenged(from, credential);
    } else {
      relay(from);
    }
  }

  private void challenged(AnswerHead from, Credential refused) {
    var challenges = from.fields().getAll("WWW-Authenticate");
    var stepUp = Challenges.stepUp(challenges, plan.route());
    if (stepUp.isPresent()) {
      finish(new Forwarded.StepUpUnanswered(stepUp.get()));
    } else if (!renewed && upload.isReplayable() && Challenges.isInvalidToken(challenges)) {
      renew(from, refused);
    } else {
      relay(from);
    }
  }

  private void relay(AnswerHead from) {
    var by = answering();
    var download = new Download(this, by, from);
    answer = download;
    patience.watch(plan.idleMillis());
    if (Download.isEventStream(from)) {
      by.detach();
      patience.endless();
    }
    download.start();
  }

  private void tunnel(AnswerHead from) {
    var by = answering();
    by.detach();
    var tunnel = new Tunnel(this, by);
    answer = tunnel;
    patience.endless();
    patience.watch(plan.idleMillis());
    tunnel.start(from);
  }

  private Attempt answering() {
    return Objects.requireNonNull(attempt, "an attempt");
  }

  /// What came of it so far; null where nothing did.
  @Nullable Answer answer() {
    return answer;
  }

  /// The answer waits, paused: where there is no other credential, it is the one to pass on.
  private void renew(AnswerHead from, Credential refused) {
    renewed = true;
    answering().pause();
    patience.watch(plan.firstByteMillis());
    refused
        .renew()
        .otherwise(Optional.empty())
        .onComplete(other -> forwarder.afterThisRead(() -> renewed(from, other.result())));
  }

  private void renewed(AnswerHead from, Optional<Credential> other) {
    if (ended) {
      return;
    }
    if (other.isPresent() && attempt != null) {
      credential = other.get();
      tryAgain(attempt.target(), Freshness.ANY, attempt.tries());
    } else {
      relay(from);
    }
  }

  /// The whole answer went down; `written` completes when the browser's side has taken it.
  void answered(int status, Future<Void> written) {
    var clean =
        answer instanceof Download download
            && download.leavesConnectionClean()
            && upload.isSent()
            && !webSocket;
    if (attempt != null && clean) {
      attempt.release();
    }
    var reading = !upload.isRead();
    finish(new Forwarded.Done(status));
    if (Downstream.isShared(request)) {
      outlast(written);
    } else if (reading) {
      upload.linger();
      patience.watch(LINGER_MILLIS);
      forwarder.roster().add(this);
    }
  }

  /// An answer may wait for a browser that grants no room for it, but not for ever.
  private void outlast(Future<Void> written) {
    patience.watch(plan.idleMillis());
    forwarder.roster().add(this);
    written.onComplete(
        _ -> {
          forwarder.roster().remove(this);
          Downstream.declineRest(request);
        });
  }

  // -- what goes wrong

  /// The call goes out again, after a try that came to nothing.
  void retry(Attempt failed, Target to, Freshness freshness, Tries tries, String problem) {
    forwarder.retried(forwarding, failed.target(), problem);
    tryAgain(to, freshness, tries);
  }

  void tryAgain(Target to, Freshness freshness, Tries tries) {
    headCame = false;
    answer = null;
    if (attempt != null) {
      attempt.drop();
    }
    attempt(to, freshness, tries);
  }

  void unreachable(String problem) {
    tellFailure(problem);
    finish(new Forwarded.UnreachableUnanswered(problem));
  }

  void overloaded() {
    tellFailure("all connections busy, queue full");
    finish(new Forwarded.OverloadedUnanswered());
  }

  void protocolError(String problem) {
    tellFailure(problem);
    finish(new Forwarded.ProtocolErrorUnanswered(problem));
  }

  void broken(Throwable cause) {
    if (answer != null) {
      answer.broken(cause);
    } else {
      brokeOff(cause);
    }
  }

  void brokeOff(Throwable cause) {
    if (answer == null || answer.isUnwritten()) {
      unreachable("answer broken off: " + cause.getClass().getSimpleName());
    } else {
      tellFailure("answer broken off: " + cause.getClass().getSimpleName());
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
      Downstream.cut(request);
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

  void expired() {
    if (ended) {
      forwarder.roster().remove(this);
      Downstream.drop(request); // it lingered long enough
    } else if (answer instanceof Tunnel tunnel) {
      tunnel.expired();
    } else if (patience.isSpent()) {
      tellFailure("the call took too long");
      giveUp(new Forwarded.TimedOutUnanswered());
    } else if (answer != null && !answer.isUnwritten()) {
      tellFailure("answer stalled");
      abort();
    } else if (isBrowsersTurn()) {
      finish(new Forwarded.StalledUnanswered());
    } else if (headCame || attempt == null || !attempt.goesOnAfterTimeout()) {
      tellFailure("no answer in time");
      finish(new Forwarded.TimedOutUnanswered());
    }
  }

  private boolean isBrowsersTurn() {
    return !headCame && (attempt == null || !attempt.isWaiting()) && upload.waitsForBrowser();
  }

  void finish(Forwarded result) {
    if (ended) {
      return;
    }
    ended = true;
    patience.endless();
    forwarder.roster().remove(this);
    upload.stop();
    if (attempt != null) {
      attempt.drop();
    }
    outcome.complete(result);
  }

  private void tellFailure(String problem) {
    if (attempt != null) {
      forwarder.failed(forwarding, attempt.target(), problem);
    }
  }

  /// Runs after what is being read from the upstream has been read.
  void afterThisRead(Runnable task) {
    forwarder.afterThisRead(task);
  }

  @Override
  public Future<Forwarded> outcome() {
    return outcome.future();
  }

  Patience patience() {
    return patience;
  }

  HttpServerRequest request() {
    return request;
  }

  Forwarding forwarding() {
    return forwarding;
  }

  Plan plan() {
    return plan;
  }

  boolean isWebSocket() {
    return webSocket;
  }

  Upload upload() {
    return upload;
  }
}
