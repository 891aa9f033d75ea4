package dev.cloakroom.session;

import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import dev.cloakroom.session.SessionStore.Watch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// Who waits for the end of which session on this node. Each is told once. Safe from every thread;
/// bounded by the calls and connections under way. Apart from the sessions, which so many calls at
/// once would have to lock and to change.
public final class Watches {
  // a list changes only under its key's lock in the map, and not any more once it is taken out
  private final Map<SessionKey, List<Waiting>> waiting = new ConcurrentHashMap<>();
  private final Observer observer;

  /// Nobody waits yet.
  public Watches(Observer observer) {
    this.observer = observer;
  }

  private final class Waiting implements Watch {
    private final SessionKey key;
    private final Consumer<EndCause> listener;
    private final AtomicBoolean over = new AtomicBoolean();

    Waiting(SessionKey key, Consumer<EndCause> listener) {
      this.key = key;
      this.listener = listener;
    }

    /// One listener's fault is not the next one's, nor that of whoever ended the session.
    void tell(EndCause cause) {
      if (over.compareAndSet(false, true)) {
        try {
          listener.accept(cause);
        } catch (RuntimeException fault) {
          observer.on(new Event.Fault(Optional.empty(), fault));
        }
      }
    }

    @Override
    public void close() {
      over.set(true);
      var _ =
          waiting.computeIfPresent(
              key,
              (_, all) -> {
                all.remove(this);
                return all.isEmpty() ? null : all;
              });
    }
  }

  /// From now on the listener waits, until the watch is closed.
  public Watch add(SessionKey key, Consumer<EndCause> listener) {
    var one = new Waiting(key, listener);
    var _ =
        waiting.compute(
            key,
            (_, known) -> {
              var all = known == null ? new ArrayList<Waiting>(2) : known;
              all.add(one);
              return all;
            });
    return one;
  }

  /// Tells all who wait, and forgets them.
  public void tell(SessionKey key, EndCause cause) {
    var all = waiting.remove(key);
    if (all != null) {
      all.forEach(one -> one.tell(cause));
    }
  }

  /// Whether anybody waits.
  public boolean has(SessionKey key) {
    return waiting.containsKey(key);
  }

  /// The sessions whose end somebody waits for.
  public List<SessionKey> all() {
    return List.copyOf(waiting.keySet());
  }
}
