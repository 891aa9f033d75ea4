package dev.cloakroom.proxy;

/// What a call has tried before. A call that did not go out may move on to other targets a few
/// times; one that did goes out once more at most, because it may be what kills its readers. One
/// that was refused for its proof goes out once more, too.
record Tries(int moves, boolean repeated, boolean provenAgain) {
  static final Tries NONE = new Tries(0, false, false);
  private static final int MOST_MOVES = 2;

  boolean mayMove() {
    return moves < MOST_MOVES;
  }

  Tries moved() {
    return new Tries(moves + 1, repeated, provenAgain);
  }

  Tries sentAgain() {
    return new Tries(moves, true, provenAgain);
  }

  Tries sentWithAnotherProof() {
    return new Tries(moves, repeated, true);
  }
}
