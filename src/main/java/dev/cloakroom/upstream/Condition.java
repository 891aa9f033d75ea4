package dev.cloakroom.upstream;

import org.jspecify.annotations.Nullable;

/// What calls and checks have told of a target. Immutable; every step is a pure function.
///
/// A target that fails [#LIMIT] calls in a row is ejected for a while, and for twice as long each
/// time that a call which was let through afterwards, the probe, does not succeed.
///
/// @param failures calls in a row that failed
/// @param unreachable how many of the last of them found no connection
/// @param failedChecks health checks in a row that failed, counted up to [#FALL]
record Condition(int failures, int unreachable, @Nullable Ejection ejection, int failedChecks) {
  static final int LIMIT = 5;
  static final int FALL = 2;
  static final Condition SOUND = new Condition(0, 0, null, 0);

  private static final long UNREACHABLE_MILLIS = 1_000;
  private static final long UNREACHABLE_MOST = 5_000;
  private static final long FAILING_MILLIS = 5_000;
  private static final long FAILING_MOST = 60_000;

  /// Out of the balance.
  ///
  /// @param round how often in a row, from 1
  /// @param from when it began; a clock that shows less has been set back, and the pause is over
  /// @param until when the next call may probe
  record Ejection(Failure cause, int round, long from, long until) {
    static Ejection of(Failure cause, int round, long now) {
      var shift = Math.min(round - 1, 10);
      var pause =
          switch (cause) {
            case UNREACHABLE -> Math.min(UNREACHABLE_MILLIS << shift, UNREACHABLE_MOST);
            case FAILING -> Math.min(FAILING_MILLIS << shift, FAILING_MOST);
          };
      return new Ejection(cause, round, now, now + pause);
    }

    private boolean isOver(long now) {
      return now < from || now >= until;
    }
  }

  /// Whether calls go there as a matter of course.
  boolean isIn() {
    return ejection == null && failedChecks < FALL;
  }

  /// Whether a call would only wait for a connection that does not come.
  boolean isCut() {
    return ejection != null && ejection.cause == Failure.UNREACHABLE;
  }

  boolean isProbeDue(long now) {
    return ejection != null && ejection.isOver(now);
  }

  /// How long until a call may probe.
  long millisToProbe(long now) {
    return ejection == null || ejection.isOver(now) ? 0 : ejection.until - now;
  }

  /// One word, of a target that is not in.
  String problem() {
    if (ejection == null) {
      return "unhealthy";
    }
    return switch (ejection.cause) {
      case UNREACHABLE -> "unreachable";
      case FAILING -> "failing";
    };
  }

  Condition failed(Failure failure, long now) {
    var inARow = Math.min(failures + 1, LIMIT);
    var away = failure == Failure.UNREACHABLE ? Math.min(unreachable + 1, LIMIT) : 0;
    var next = ejection;
    if (away == LIMIT && !isCut()) {
      next = Ejection.of(Failure.UNREACHABLE, 1, now);
    } else if (inARow == LIMIT && away == 0 && (ejection == null || isCut())) {
      next = Ejection.of(Failure.FAILING, 1, now);
    }
    return new Condition(inARow, away, next, failedChecks);
  }

  Condition succeeded() {
    return new Condition(0, 0, null, failedChecks);
  }

  /// A call is let through; until it has told how it went, nobody else is.
  Condition probed(long now) {
    return ejection == null
        ? this
        : new Condition(
            failures,
            unreachable,
            Ejection.of(ejection.cause, ejection.round + 1, now),
            failedChecks);
  }

  /// A check that succeeds shows that connections can be made again, and no more than that.
  Condition checkSucceeded() {
    return isCut() ? SOUND : new Condition(failures, unreachable, ejection, 0);
  }

  Condition checkFailed() {
    return new Condition(failures, unreachable, ejection, Math.min(failedChecks + 1, FALL));
  }
}
