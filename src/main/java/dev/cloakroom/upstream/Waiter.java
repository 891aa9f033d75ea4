package dev.cloakroom.upstream;

/// Someone who asked for a connection. Exactly one of the three answers comes, on the event loop of
/// the pool, unless the pool was told to forget the waiter.
public interface Waiter {
  /// How long a connection may take to be made, if that takes one.
  long connectMillis();

  /// A connection nobody else uses; the waiter releases or discards it.
  void connected(Connection connection);

  /// No connection could be made.
  void unreachable(Throwable cause);

  /// All connections are busy and the queue is full.
  void overloaded();
}
