package dev.cloakroom.session.redis;

import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The way to the Redis: connecting, up or away, and its own repair. Every half second a beat goes
/// out by the connection that commands take and must come back by the one that listens. While it
/// does, the Redis takes writes, and this node has heard whatever was published before the beat it
/// heard last.
///
/// Its state moves on one event loop; anybody may ask.
final class RedisLink {
  static final int BEAT_MILLIS = 500;
  private static final int BEATS_MISSED = 3;
  private static final int COHERENT_MILLIS = BEAT_MILLIS * BEATS_MISSED;
  private static final int COMMAND_MILLIS = 1_000;
  private static final int FIRST_PAUSE_MILLIS = 200;
  private static final int LONGEST_PAUSE_MILLIS = 2_000;

  private final Vertx vertx;
  private final RedisSettings settings;
  private final InstantSource clock;
  private final Entropy entropy;
  private final Observer observer;
  private final RedisKeys keys;
  private final Listener listener;
  private final Context loop;
  private final String node;
  private final String beatChannel;
  private final Promise<Void> settled = Promise.promise();

  private volatile @Nullable Line line;
  private volatile boolean open;
  private volatile boolean suspect;
  private final AtomicLong generation = new AtomicLong();
  private volatile long lastBeat = Long.MIN_VALUE;

  // the loop's own
  private boolean closed;
  private boolean announced;
  private int attempts;
  private long beatsSent;
  private long beatsHeard;
  private int answersMissed;
  private long suspectSince;
  private long ticker = -1;

  /// What goes round: on which line, the how manieth, and when.
  private record Beat(long line, long number, long sentAt) {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,18}) (\\d{1,18}) (-?\\d{1,18})");

    String text() {
      return line + " " + number + " " + sentAt;
    }

    /// Empty for what this node did not say: anybody in the Redis may publish.
    static Optional<Beat> parse(String text) {
      var found = TEXT.matcher(text);
      return found.matches()
          ? Optional.of(
              new Beat(
                  Long.parseLong(found.group(1)),
                  Long.parseLong(found.group(2)),
                  Long.parseLong(found.group(3))))
          : Optional.empty();
    }
  }

  /// Whoever lives on the link.
  interface Listener {
    /// A message of the changes channel.
    void heard(String message);

    /// The beat came round on a new line. Nothing is answered until what this answers is complete.
    ///
    /// @param outage whether the Redis had been away, rather than never there
    Future<Void> connected(boolean outage);

    /// The Redis answers as it should.
    void well();

    /// The line is gone, and what this node remembers may be out of date.
    void disconnected();
  }

  RedisLink(
      Vertx vertx,
      RedisSettings settings,
      InstantSource clock,
      Entropy entropy,
      Observer observer,
      Listener listener) {
    this.vertx = vertx;
    this.settings = settings;
    this.clock = clock;
    this.entropy = entropy;
    this.observer = observer;
    this.listener = listener;
    this.keys = new RedisKeys(settings.keyPrefix());
    this.node = entropy.token();
    this.beatChannel = keys.beat(node);
    this.loop = vertx.getOrCreateContext();
  }

  /// Begins to connect. Completes when the first attempt has succeeded or failed; never fails.
  Future<Void> open() {
    loop.runOnContext(_ -> connect());
    return settled.future();
  }

  Future<Void> close() {
    var done = Promise.<Void>promise();
    loop.runOnContext(
        _ -> {
          closed = true;
          cut();
          done.complete();
        });
    return done.future();
  }

  /// Counts lines: what was asked on one line is not remembered on the next.
  long generation() {
    return generation.get();
  }

  boolean isUp() {
    return open && !suspect;
  }

  /// True while this node has heard of every end that is older than a second and a half. In a
  /// cluster the beat comes by one server and an end by another, so that the one proves nothing
  /// about the other.
  boolean isCoherent(long now) {
    long age = now - lastBeat;
    return open
        && age >= 0
        && age < COHERENT_MILLIS
        && settings.mode() != RedisSettings.Mode.CLUSTER;
  }

  /// Runs a script; empty when the Redis cannot be asked now.
  Future<Optional<Response>> ask(Script script, List<String> names, Object... args) {
    return open && !suspect ? send(script, names, args) : Future.succeededFuture(Optional.empty());
  }

  /// Runs a script before the link is open to everybody: for what must be made good first.
  Future<Optional<Response>> askFirst(Script script, List<String> names, Object... args) {
    return send(script, names, args);
  }

  private Future<Optional<Response>> send(Script script, List<String> names, Object... args) {
    var current = line;
    if (current == null) {
      return Future.succeededFuture(Optional.empty());
    }
    var request = Request.cmd(Command.EVAL).arg(script.text()).arg(names.size());
    names.forEach(request::arg);
    for (var arg : args) {
      switch (arg) {
        case Buffer bytes -> request.arg(bytes);
        default -> request.arg(arg.toString());
      }
    }
    return current
        .send(request)
        .timeout(COMMAND_MILLIS, TimeUnit.MILLISECONDS)
        .recover(failure -> failed(current, failure));
  }

  /// Whether as many replicas as the settings ask for have what was answered so far.
  Future<Boolean> acknowledged() {
    int wanted = settings.replicasAcked();
    if (wanted == 0) {
      return Future.succeededFuture(true);
    }
    var current = line;
    if (current == null) {
      return Future.succeededFuture(false);
    }
    return current
        .replicas(keys.witness(node), wanted, COMMAND_MILLIS / 2)
        .timeout(COMMAND_MILLIS, TimeUnit.MILLISECONDS)
        .map(count -> count >= wanted)
        .otherwise(false);
  }

  private Future<Optional<Response>> failed(Line asked, Throwable failure) {
    var trouble = Trouble.of(failure);
    if (trouble.isEmpty()) {
      return Future.failedFuture(failure); // the server refused the script: a fault
    }
    if (trouble.get() == Trouble.UNREACHABLE) { // or late; the beat will tell
      suspect = true;
      loop.runOnContext(_ -> suspectSince = beatsSent);
    } else {
      loop.runOnContext(_ -> drop(asked, trouble.get()));
    }
    return Future.succeededFuture(Optional.empty());
  }

  // -- on the loop

  private void connect() {
    if (closed) {
      return;
    }
    long attempt = generation.incrementAndGet();
    Line.connect(
            vertx,
            settings,
            List.of(keys.changes(), beatChannel),
            (channel, text) -> heard(attempt, channel, text),
            () -> broken(attempt))
        .onSuccess(connected -> connected(attempt, connected))
        .onFailure(failure -> away(attempt, Trouble.of(failure).orElse(Trouble.UNREACHABLE)));
  }

  private void connected(long attempt, Line connected) {
    if (closed || attempt != generation.get()) {
      connected.close();
      return;
    }
    line = connected;
    beatsSent = 0;
    beatsHeard = 0;
    answersMissed = 0;
    suspectSince = 0;
    ticker = vertx.setPeriodic(BEAT_MILLIS, _ -> beat());
    beat();
  }

  private void beat() {
    var current = line;
    if (current == null) {
      return;
    }
    if (beatsSent - beatsHeard >= BEATS_MISSED) {
      drop(current, Trouble.SILENT);
      return;
    }
    beatsSent++;
    var _ =
        send(
                Script.BEAT,
                List.of(beatChannel),
                beatChannel,
                new Beat(generation.get(), beatsSent, clock.millis()).text())
            .onSuccess(answer -> loop.runOnContext(_ -> answered(current, answer.isPresent())))
            .onFailure(fault -> observer.on(new Event.Fault(Optional.empty(), fault)));
  }

  /// Beats may come round while no answer does.
  private void answered(Line asked, boolean inTime) {
    answersMissed = inTime ? 0 : answersMissed + 1;
    if (answersMissed >= BEATS_MISSED) {
      drop(asked, Trouble.SILENT);
    }
  }

  private void heard(long attempt, String channel, String text) {
    if (attempt != generation.get()) {
      return;
    }
    if (!channel.equals(beatChannel)) {
      listener.heard(text);
      return;
    }
    var beat = Beat.parse(text);
    if (beat.isEmpty() || beat.get().line() != attempt) {
      return;
    }
    boolean first = beatsHeard == 0;
    beatsHeard = beat.get().number();
    lastBeat = beat.get().sentAt();
    if (first) {
      restore(attempt);
      return;
    }
    if (suspect && beatsHeard > suspectSince) {
      suspect = false;
    }
    if (isUp()) {
      listener.well();
    }
  }

  private void restore(long attempt) {
    suspect = false;
    listener
        .connected(announced)
        .onFailure(fault -> observer.on(new Event.Fault(Optional.empty(), fault)))
        .onComplete(_ -> loop.runOnContext(_ -> restored(attempt)));
  }

  private void restored(long attempt) {
    if (attempt != generation.get() || line == null) {
      return;
    }
    attempts = 0;
    open = true;
    if (announced) {
      announced = false;
      observer.on(new Event.SessionStoreBack());
    }
    boolean _ = settled.tryComplete();
  }

  private void broken(long attempt) {
    loop.runOnContext(
        _ -> {
          var current = line;
          if (attempt == generation.get() && current != null) {
            drop(current, Trouble.UNREACHABLE);
          }
        });
  }

  private void drop(Line dropped, Trouble trouble) {
    if (line == dropped) {
      cut();
      away(generation.get(), trouble);
    }
  }

  private void cut() {
    var current = line;
    if (open) {
      listener.disconnected(); // before anybody is told that nobody answers
    }
    open = false;
    line = null;
    lastBeat = Long.MIN_VALUE;
    vertx.cancelTimer(ticker);
    if (current != null) {
      current.close();
    }
  }

  private void away(long attempt, Trouble trouble) {
    if (closed || attempt != generation.get()) {
      return;
    }
    long _ = generation.incrementAndGet();
    if (!announced) {
      announced = true;
      observer.on(new Event.SessionStoreAway(trouble.word()));
    }
    boolean _ = settled.tryComplete();
    vertx.setTimer(pause(), _ -> connect());
  }

  /// Longer with every attempt, and not the same on every node.
  private long pause() {
    long longest = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(attempts++, 8));
    return longest / 2 + (longest / 2) * Byte.toUnsignedInt(entropy.bytes(4)[0]) / 255 + 1;
  }
}
