package dev.cloakroom.upstream.exchange;

import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/// What has been read from a connection and not been told yet. It is told in order, one after the
/// other, and not while it is paused. Bounded by what is read at a time, since nothing is read from
/// a connection that is paused.
final class Inbox {
  private final Consumer<Object> told;
  private final ArrayDeque<Object> held = new ArrayDeque<>(0);
  private boolean paused;
  private boolean telling;

  /// Makes an empty one.
  ///
  /// @param told takes each message, which is released afterwards
  Inbox(Consumer<Object> told) {
    this.told = told;
  }

  /// Tells it now or later.
  void arrived(Object message) {
    if (paused || telling) {
      held.addLast(message);
    } else {
      tell(message);
      tellHeld();
    }
  }

  /// Tells what does not have to wait for anything.
  void news(Object message) {
    tell(message);
    tellHeld();
  }

  private void tell(Object message) {
    var outer = telling;
    telling = true;
    try {
      told.accept(message);
    } finally {
      telling = outer;
      ReferenceCountUtil.release(message);
    }
  }

  private void tellHeld() {
    while (!paused && !telling && !held.isEmpty()) {
      tell(held.pollFirst());
    }
  }

  void pause() {
    paused = true;
  }

  void resume() {
    paused = false;
    tellHeld();
  }

  boolean isPaused() {
    return paused;
  }

  /// Whether something is being told right now.
  boolean isTelling() {
    return telling;
  }

  /// Tells nothing more of what is held.
  void clear() {
    held.forEach(ReferenceCountUtil::release);
    held.clear();
  }
}
