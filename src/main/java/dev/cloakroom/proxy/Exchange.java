package dev.cloakroom.proxy;

import io.vertx.core.Future;

/// One forwarded call under way.
public interface Exchange {
  Future<Forwarded> outcome();

  /// Ends the call at once, because its session ended: a WebSocket closes with `closeCode` (4401 at
  /// session end, 1001 at shutdown), a response is cut so that it cannot be taken for complete.
  void sever(int closeCode, String reason);
}
