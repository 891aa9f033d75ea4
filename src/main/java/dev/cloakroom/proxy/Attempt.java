package dev.cloakroom.proxy;

import dev.cloakroom.upstream.Connection;
import dev.cloakroom.upstream.Failure;
import dev.cloakroom.upstream.Pool;
import dev.cloakroom.upstream.Pool.Freshness;
import dev.cloakroom.upstream.Target;
import dev.cloakroom.upstream.Waiter;
import dev.cloakroom.upstream.exchange.AnswerHead;
import dev.cloakroom.upstream.exchange.Caller;
import dev.cloakroom.upstream.exchange.FieldSink;
import dev.cloakroom.upstream.exchange.Framing;
import dev.cloakroom.upstream.exchange.RequestHead;
import io.netty.buffer.ByteBuf;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.StreamResetException;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One try to get a call through: a connection, the request on it, the head of an answer. What
/// comes after the try was dropped is nobody's business any more.
final class Attempt implements Waiter, Caller {
  /// The forwarder gives up first; this only ends what nobody waits for any more.
  private static final long CONNECT_MARGIN_MILLIS = 500;

  private static final CharSequence DPOP = HttpHeaders.createOptimized("DPoP");
  private static final String DPOP_NONCE = "DPoP-Nonce";
  private static final String ENDED = "connection ended before an answer";

  private final Call call;
  private final Target target;
  private final @Nullable Credential credential;
  private final Credential.@Nullable Prover prover;
  private final Tries tries;
  private @Nullable Connection connection;
  private boolean waiting;
  private boolean hinted;
  private boolean headCame;
  private boolean over;

  Attempt(Call call, Target target, @Nullable Credential credential, Tries tries) {
    this.call = call;
    this.target = target;
    this.credential = credential;
    this.prover = credential == null ? null : credential.prover();
    this.tries = tries;
  }

  void start(Freshness freshness) {
    call.patience().watch(call.plan().connectMillis());
    waiting = true;
    pool().acquire(this, freshness);
  }

  private Pool pool() {
    return call.isWebSocket() ? target.upgrades() : target.pool();
  }

  @Override
  public long connectMillis() {
    return call.plan().connectMillis() + CONNECT_MARGIN_MILLIS;
  }

  @Override
  public void connected(Connection lent) {
    waiting = false;
    if (over) {
      lent.release(); // granted after the browser had gone
      return;
    }
    connection = lent;
    lent.begin(this);
  }

  @Override
  public void unreachable(Throwable cause) {
    waiting = false;
    if (!over) {
      noConnection("no connection: " + cause.getClass().getSimpleName());
    }
  }

  @Override
  public void overloaded() {
    waiting = false;
    if (!over) {
      call.overloaded();
    }
  }

  private void noConnection(String problem) {
    target.health().failed(Failure.UNREACHABLE);
    if (!moves(problem)) {
      call.unreachable(problem);
    }
  }

  /// Where no connection could be made, nothing has gone out: another target may get the call,
  /// whatever its method.
  private boolean moves(String problem) {
    var other = tries.mayMove() ? call.plan().rotation().another(target) : null;
    if (other != null) {
      call.retry(this, other, call.freshness(), tries.moved(), problem);
    }
    return other != null;
  }

  @Override
  public void ready() {
    if (over) {
      return; // the connection has been discarded already
    }
    if (call.isWebSocket()) {
      send(Framing.UPGRADE, null, false);
      call.requestSent();
    } else {
      call.sendBody(this);
    }
  }

  // -- what goes out

  /// Sends the head of the request, with what there is of its body.
  ///
  /// @param last whether that is all of it
  void send(Framing framing, @Nullable Buffer body, boolean last) {
    var target = call.plan().uri(this.target, call.forwarding());
    lent()
        .send(
            new RequestHead(call.request().method(), target, host(), framing, this::fields),
            body,
            last);
  }

  private void fields(FieldSink to) {
    var request = call.request();
    call.plan()
        .fields()
        .copy(request.headers(), to, call.forwarding(), request.version(), credential);
    if (lent().version() == HttpVersion.HTTP_2 && Trailers.wanted(request)) {
      to.add(Trailers.TE, Trailers.TRAILERS);
    }
    if (prover != null) {
      to.add(
          DPOP,
          prover.proof(
              request.method().name(), origin(), call.plan().path(target, call.forwarding())));
    }
  }

  void write(Buffer chunk) {
    lent().write(chunk);
  }

  void end() {
    lent().end();
  }

  boolean isWritable() {
    return lent().isWritable();
  }

  private Connection lent() {
    return Objects.requireNonNull(connection, "a connection");
  }

  private String host() {
    return call.plan().route().preserveHost()
        ? call.forwarding().host()
        : target.pool().authority();
  }

  // -- what comes in

  @Override
  public void drained() {
    if (!over && call.answer() instanceof Tunnel tunnel) {
      tunnel.upstreamDrained();
    } else if (!over) {
      call.upload().drained();
    }
  }

  @Override
  public void hinted(MultiMap hints) {
    if (!over && call.request().version() != HttpVersion.HTTP_1_0) {
      hinted = true;
      var links = MultiMap.caseInsensitiveMultiMap();
      hints.getAll("Link").forEach(link -> links.add("link", link)); // as HTTP/2 spells it
      call.request().response().writeEarlyHints(links);
    }
  }

  @Override
  public void answered(AnswerHead from) {
    if (over) {
      return;
    }
    headCame = true;
    target.health().succeeded();
    if (prover == null || !provesAgain(from, prover)) {
      call.answered(from);
    }
  }

  @Override
  public void received(ByteBuf bytes) {
    var answer = call.answer();
    if (!over && answer != null) {
      answer.received(bytes);
    }
  }

  @Override
  public void ended(@Nullable MultiMap trailers) {
    var answer = call.answer();
    if (!over && answer != null) {
      answer.ended(trailers);
    }
  }

  @Override
  public void failed(Throwable cause) {
    if (over) {
      return;
    }
    if (headCame) {
      call.broken(cause);
    } else {
      lost(cause);
    }
  }

  @Override
  public void faulted(RuntimeException cause) {
    call.fail(cause);
  }

  /// Tells nothing more of the answer, until [#resume].
  void pause() {
    lent().pause();
  }

  void resume() {
    if (!over) {
      lent().resume();
    }
  }

  /// An upstream that refuses a proof has not looked at the request behind it.
  private boolean provesAgain(AnswerHead from, Credential.Prover prover) {
    var nonce = from.fields().get(DPOP_NONCE);
    if (nonce != null) {
      prover.hear(origin(), nonce);
    }
    if (from.status() != 401 || tries.provenAgain() || !call.upload().isReplayable()) {
      return false;
    }
    var error = Challenges.proofError(from.fields().getAll("WWW-Authenticate"));
    var date = from.fields().get(HttpHeaders.DATE);
    if (error.filter(one -> prover.mayRepeat(origin(), one, nonce, date)).isEmpty()) {
      return false;
    }
    pause();
    call.afterThisRead(
        () -> {
          if (!over) {
            call.tryAgain(target, Freshness.ANY, tries.sentWithAnotherProof());
          }
        });
    return true;
  }

  /// The upstream's own, as proofs name it.
  private String origin() {
    return call.plan().origin(target, host());
  }

  /// A kept connection may die for its age alone, which says nothing of the target: a new one will
  /// do. Else the target is at fault, and another one has to do.
  private boolean repeatsAfterLoss() {
    var rotation = call.plan().rotation();
    if (connection != null && connection.reused()) {
      return rotation.mayRepeat() && repeats(target, Freshness.NEW);
    }
    var other = rotation.another(target);
    return other != null && repeats(other, Freshness.ANY);
  }

  private boolean repeats(Target to, Freshness freshness) {
    call.retry(this, to, freshness, tries.sentAgain(), ENDED);
    return true;
  }

  /// The target has not begun with the request: any may go out again, there or elsewhere.
  private boolean repeatsAfterRefusal() {
    if (hinted || tries.repeated() || !call.upload().isReplayable()) {
      return false;
    }
    var rotation = call.plan().rotation();
    var other = rotation.another(target);
    return other != null
        ? repeats(other, Freshness.ANY)
        : rotation.mayRepeat() && repeats(target, Freshness.NEW);
  }

  private void lost(Throwable cause) {
    if (connection != null && connection.neverProcessed(cause) && repeatsAfterRefusal()) {
      return;
    }
    var reset = cause instanceof StreamResetException;
    var ended = reset || cause instanceof HttpClosedException || cause instanceof IOException;
    var kept = connection != null && connection.reused() && !reset;
    if (!kept) {
      target.health().failed(Failure.FAILING);
    }
    var again = (kept || ended) && !hinted && !tries.repeated() && call.upload().isRepeatable();
    if (again && repeatsAfterLoss()) {
      return;
    }
    if (ended) {
      call.unreachable(ENDED);
    } else {
      call.protocolError(cause.getClass().getSimpleName());
    }
  }

  /// Its time is over before an answer came. Whether the call goes on elsewhere.
  boolean goesOnAfterTimeout() {
    if (!waiting) {
      target.health().failed(Failure.FAILING);
      return false;
    }
    if (pool().isQueued(this)) {
      return false;
    }
    target.health().failed(Failure.UNREACHABLE);
    return moves("no connection in time");
  }

  /// Whether it still waits for a connection.
  boolean isWaiting() {
    return waiting;
  }

  Target target() {
    return target;
  }

  Tries tries() {
    return tries;
  }

  /// Its connection became a tunnel or an endless stream.
  void detach() {
    if (connection != null) {
      connection.detach();
    }
  }

  /// Its tunnel is at its end: what has been sent goes out, nothing more comes in.
  void hangUp() {
    lent().discard();
  }

  /// It is over and its connection as good as new.
  void release() {
    over = true;
    if (connection != null) {
      connection.release();
    }
  }

  /// It is over, whatever is under way.
  void drop() {
    if (over) {
      return;
    }
    over = true;
    if (waiting) {
      pool().forget(this);
    }
    if (connection != null) {
      connection.discard();
    }
  }
}
