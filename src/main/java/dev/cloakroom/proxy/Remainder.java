package dev.cloakroom.proxy;

/// What an upstream said before its connection ended, and has not been delivered yet. A resume
/// takes effect a turn of the event loop later, so whoever has just resumed looks a turn later
/// again, and only the last look counts.
final class Remainder {
  private final Call call;
  private final Runnable look;
  private int looks;

  Remainder(Call call, Runnable look) {
    this.call = call;
    this.look = look;
  }

  /// Looks when everything that flows now has been delivered.
  void await() {
    looks++;
    call.afterThisRead(this::arrived);
  }

  private void arrived() {
    looks--;
    if (looks == 0) {
      look.run();
    }
  }
}
