package dev.cloakroom.world;

import dev.cloakroom.session.Timers;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Everything that is under way between nodes, a store and a provider, in the hand of a test: one
/// step at a time, in an order that is drawn. Every step has a time within which it happens, and
/// the clock moves only as far as all of them allow; so whatever order comes out could have
/// happened.
///
/// One thread uses it. The same draw gives the same order.
public final class Schedule {
  private static final Duration SLACK = Duration.ofMillis(100);

  private final TestClock clock;
  private final IntUnaryOperator draw;
  private final List<Step> steps = new ArrayList<>();

  /// @param draw a number from 0 below its argument: always 0 takes everything in its turn
  public Schedule(TestClock clock, IntUnaryOperator draw) {
    this.clock = clock;
    this.draw = draw;
  }

  public static Schedule inTurn(TestClock clock) {
    return new Schedule(clock, _ -> 0);
  }

  private record Step(@Nullable Node node, Instant from, Instant until, Runnable action) {}

  /// A process that can stand still, or die. What it does in the meantime waits, or never happens.
  public final class Node {
    private boolean still;
    private boolean dead;

    /// Nothing happens on this node, however much time goes by, until it goes on.
    public void standsStill() {
      still = true;
    }

    public void goesOn() {
      still = false;
    }

    /// What was on its way from here may still arrive; nothing that comes back is heard.
    public void dies() {
      dead = true;
    }

    public boolean isDead() {
      return dead;
    }

    /// A call to somewhere else: it arrives there and is done, then the answer arrives here, both
    /// within half of `time`.
    public <T> Future<T> calls(Duration time, Supplier<Future<T>> work) {
      Promise<T> answer = Promise.promise();
      if (!dead) {
        var half = time.dividedBy(2);
        Runnable arrives = () -> work.get().onComplete(done -> at(half, () -> answer.handle(done)));
        add(new Step(this, clock.instant(), clock.instant().plus(half), arrives));
      }
      return answer.future();
    }

    private void at(Duration latest, Runnable action) {
      var now = clock.instant();
      add(new Step(this, now, now.plus(latest), () -> ifAlive(action)));
    }

    private void ifAlive(Runnable action) {
      if (!dead) {
        action.run();
      }
    }

    public Timers timers() {
      return (delay, action) -> {
        var due = clock.instant().plus(delay);
        add(new Step(this, due, due.plus(SLACK), () -> ifAlive(action)));
      };
    }
  }

  public Node node() {
    return new Node();
  }

  /// Something from outside, at some moment between `from` and `until` from now.
  public void within(Duration from, Duration until, Runnable action) {
    var now = clock.instant();
    add(new Step(null, now.plus(from), now.plus(until), action));
  }

  private void add(Step step) {
    steps.add(step);
  }

  /// A number from 0 below `bound`.
  public int draw(int bound) {
    return draw.applyAsInt(bound);
  }

  /// Until nothing is under way any more.
  public void run() {
    for (int left = 1_000_000; next(); left--) {
      if (left == 0) {
        throw new AssertionError("it goes on for ever");
      }
    }
  }

  /// Until something has happened.
  public void runUntil(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      if (!next()) {
        throw new AssertionError("it does not happen");
      }
    }
  }

  /// For so long, and whatever happens until then.
  public void run(Duration time) {
    var end = clock.instant().plus(time);
    within(time, time, () -> {});
    while (clock.instant().isBefore(end) && next()) {}
  }

  /// Whatever can happen without time going by.
  public void settle() {
    while (!ready().isEmpty()) {
      perform(ready());
    }
  }

  private List<Step> ready() {
    var now = clock.instant();
    return steps.stream().filter(step -> !still(step) && !step.from.isAfter(now)).toList();
  }

  private static boolean still(Step step) {
    return step.node != null && step.node.still;
  }

  /// One step, or some time: false when nothing is left to happen.
  private boolean next() {
    var ready = ready();
    var pause = pause();
    boolean timePasses = pause.isPositive() && draw(ready.size() + 1) == ready.size();
    if (timePasses) {
      clock.advance(pause);
      return true;
    }
    if (ready.isEmpty()) {
      return false;
    }
    perform(ready);
    return true;
  }

  private void perform(List<Step> ready) {
    var step = ready.get(draw(ready.size()));
    steps.remove(step);
    step.action.run();
  }

  /// How far the clock may move: to where the next step may begin, and no further than any allows.
  private Duration pause() {
    var now = clock.instant();
    return steps.stream()
        .filter(step -> !still(step))
        .map(step -> step.from.isAfter(now) ? step.from : step.until)
        .min(Instant::compareTo)
        .map(then -> Duration.between(now, then.isBefore(now) ? now : then))
        .orElse(Duration.ZERO);
  }
}
