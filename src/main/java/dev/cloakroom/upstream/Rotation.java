package dev.cloakroom.upstream;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The targets of one route. A call goes to the one with the fewest calls under way, in turn where
/// several have as few. Ejected targets are left out, but for a probe now and then; when that
/// leaves none, all take part that can be connected to, because a bad answer is better than none.
/// Belongs to one event loop.
public final class Rotation {
  private final List<Target> targets;
  private final Target first;
  private final InstantSource clock;
  private final RetryBudget budget;
  private int turn;

  Rotation(List<Target> targets, InstantSource clock) {
    this.targets = List.copyOf(targets);
    this.first = this.targets.getFirst();
    this.clock = clock;
    this.budget = new RetryBudget(clock.millis());
  }

  /// Where a new call goes; null when there is no target to which connections can be made.
  public @Nullable Target next() {
    budget.earn();
    if (targets.size() == 1 && first.isIn()) {
      return first;
    }
    for (var target : targets) {
      if (target.health().takesProbe()) {
        return target;
      }
    }
    return least(null);
  }

  /// Where a call may go that failed at a target; null when there is no other one, or too many
  /// calls have been sent again already.
  public @Nullable Target another(Target failed) {
    if (targets.size() == 1) {
      return null;
    }
    var other = least(failed);
    return other != null && mayRepeat() ? other : null;
  }

  /// Whether one more call may be sent again; it counts as sent.
  public boolean mayRepeat() {
    return budget.spend(clock.millis());
  }

  /// How long a call had better wait when there is no target.
  public Duration retryAfter() {
    var least = Long.MAX_VALUE;
    for (var target : targets) {
      least = Math.min(least, target.health().millisToProbe());
    }
    return Duration.ofMillis(least);
  }

  private @Nullable Target least(@Nullable Target except) {
    turn = turn + 1 < targets.size() ? turn + 1 : 0;
    var sound = least(except, Target::isIn);
    return sound != null ? sound : least(except, Target::isNotCut);
  }

  private @Nullable Target least(@Nullable Target except, Predicate<Target> fit) {
    Target best = null;
    for (var i = 0; i < targets.size(); i++) {
      var at = turn + i;
      var target = targets.get(at < targets.size() ? at : at - targets.size());
      if (!target.equals(except)
          && fit.test(target)
          && (best == null || target.pool().load() < best.pool().load())) {
        best = target;
      }
    }
    return best;
  }
}
