package dev.cloakroom.world;

import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Keeps every event for a test to read.
public final class EventList implements Observer {
  private final List<Event> events = new CopyOnWriteArrayList<>();

  @Override
  public void on(Event event) {
    events.add(event);
  }

  public <E extends Event> List<E> of(Class<E> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }
}
