package dev.cloakroom.proxy;

/// What a call has tried before. A call that did not go out may move on to other targets a few
/// times; one that did goes out once more at most, because it may be what kills its readers.
record Tries(int moves, boolean repeated) {
  static final Tries NONE = new Tries(0, false);
  private static final int MOST_MOVES = 2;

  boolean mayMove() {
    return moves < MOST_MOVES;
  }

  Tries moved() {
    return new Tries(moves + 1, repeated);
  }

  Tries sentAgain() {
    return new Tries(moves, true);
  }
}
