package dev.cloakroom.upstream;

import java.util.List;

/// The targets of one route, taken in turn. Belongs to one event loop.
public final class Rotation {
  private final List<Target> targets;
  private int turn;

  Rotation(List<Target> targets) {
    this.targets = List.copyOf(targets);
  }

  public Target next() {
    if (targets.size() == 1) {
      return targets.getFirst();
    }
    turn = (turn + 1) % targets.size();
    return targets.get(turn);
  }
}
