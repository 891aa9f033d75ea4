package dev.cloakroom.session;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Finds sessions by provider session, by subject and by handle. Nearly every name has one session,
/// which stands there itself; a set grows only where there are more. Safe from every thread.
final class SessionIndex {
  private final Map<SessionSelector, Entry> entries = new ConcurrentHashMap<>();

  /// What stands under a name. There are three names to a session, so an object around each key
  /// would be felt.
  sealed interface Entry permits SessionKey, Many {}

  /// More than one, the oldest first. Touched only under the lock of its name.
  private record Many(Set<SessionKey> keys) implements Entry {}

  void add(SessionKey key, SessionCard card) {
    card.names().forEach(name -> entries.compute(name, (_, known) -> plus(known, key)));
  }

  void remove(SessionKey key, SessionCard card) {
    card.names().forEach(name -> entries.computeIfPresent(name, (_, known) -> minus(known, key)));
  }

  /// The sessions of that name, the oldest first.
  List<SessionKey> find(SessionSelector name) {
    var found = new ArrayList<SessionKey>();
    entries.computeIfPresent(
        name,
        (_, known) -> { // under the lock of the name: a set that grows is not safe to read beside
          switch (known) {
            case SessionKey key -> found.add(key);
            case Many(var keys) -> found.addAll(keys);
          }
          return known;
        });
    return List.copyOf(found);
  }

  private static Entry plus(@Nullable Entry known, SessionKey key) {
    return switch (known) {
      case null -> key;
      case SessionKey other -> other.equals(key) ? known : new Many(linked(other, key));
      case Many(var keys) -> {
        keys.add(key);
        yield known;
      }
    };
  }

  private static Set<SessionKey> linked(SessionKey first, SessionKey second) {
    var keys = new LinkedHashSet<SessionKey>();
    keys.add(first);
    keys.add(second);
    return keys;
  }

  private static @Nullable Entry minus(Entry known, SessionKey key) {
    return switch (known) {
      case SessionKey other -> other.equals(key) ? null : known;
      case Many(var keys) -> {
        keys.remove(key);
        yield keys.isEmpty() ? null : known;
      }
    };
  }
}
