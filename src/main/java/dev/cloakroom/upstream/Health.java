package dev.cloakroom.upstream;

import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/// The health of one target, as all event loops together have met it. Safe to use from any of them;
/// while the target is sound, that is one read.
public final class Health {
  private final String target;
  private final InstantSource clock;
  private final Observer observer;
  private final AtomicReference<Condition> condition = new AtomicReference<>(Condition.SOUND);

  Health(String target, InstantSource clock, Observer observer) {
    this.target = target;
    this.clock = clock;
    this.observer = observer;
  }

  /// Scheme and authority.
  public String target() {
    return target;
  }

  /// Whether calls go there as a matter of course.
  public boolean isIn() {
    return condition.get().isIn();
  }

  boolean isNotCut() {
    return !condition.get().isCut();
  }

  /// Whether the caller may, and then must, find out whether an ejected target is back.
  boolean takesProbe() {
    var seen = condition.get();
    if (seen.ejection() == null) {
      return false;
    }
    var now = clock.millis();
    return seen.isProbeDue(now) && condition.compareAndSet(seen, seen.probed(now));
  }

  /// How long until an ejected target is tried again.
  long millisToProbe() {
    return condition.get().millisToProbe(clock.millis());
  }

  /// A call got an answer, whatever it says.
  public void succeeded() {
    var seen = condition.get();
    if (seen.failures() > 0 || seen.ejection() != null) {
      change(Condition::succeeded);
    }
  }

  /// A call got none.
  public void failed(Failure failure) {
    var now = clock.millis();
    change(before -> before.failed(failure, now));
  }

  void checkSucceeded() {
    change(Condition::checkSucceeded);
  }

  void checkFailed() {
    change(Condition::checkFailed);
  }

  private void change(UnaryOperator<Condition> step) {
    var before = condition.getAndUpdate(step);
    var after = step.apply(before);
    if (before.isIn() && !after.isIn()) {
      observer.on(new Event.UpstreamAway(target, after.problem()));
    } else if (!before.isIn() && after.isIn()) {
      observer.on(new Event.UpstreamBack(target));
    }
  }
}
