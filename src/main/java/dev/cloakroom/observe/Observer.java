package dev.cloakroom.observe;

/// Hears each [Event] once. Called on event loops, from several at a time, so it must neither block
/// nor keep state without care.
@FunctionalInterface
public interface Observer {
  void on(Event event);
}
