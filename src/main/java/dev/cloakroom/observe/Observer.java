package dev.cloakroom.observe;

import java.util.List;

/// Hears each [Event] once. Called on event loops, from several at a time, so it must neither block
/// nor keep state without care.
@FunctionalInterface
public interface Observer {
  void on(Event event);

  /// Tells each event to all of them, in order.
  static Observer all(Observer... observers) {
    var listeners = List.of(observers);
    return event -> listeners.forEach(listener -> listener.on(event));
  }
}
