package dev.cloakroom.upstream;

import java.net.URI;

/// Connections to one target, on one event loop, within bounds.
public sealed interface Pool permits Http1Pool, Http2Pool {
  URI target();

  /// Host and, where it is not the scheme's own, port.
  String authority();

  /// Lends a connection, at once or later.
  ///
  /// @param freshness how old a pooled connection may be
  void acquire(Waiter waiter, Freshness freshness);

  /// Whether the waiter waits for another call to end, and not for the target.
  boolean isQueued(Waiter waiter);

  /// The waiter has lost interest.
  void forget(Waiter waiter);

  /// How many calls are under way, sockets and event streams among them, or wait.
  int load();

  /// Closes what idled too long. Called every now and then.
  void sweep(long now);

  /// How old a pooled connection may be for a call.
  enum Freshness {
    /// Any: should the target just have closed it, the call goes out again.
    ANY,
    /// Used a moment ago, or new.
    RECENT,
    /// None but a new one.
    NEW
  }
}
