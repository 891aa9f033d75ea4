package dev.cloakroom.session;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Finds sessions by provider session, by subject and by handle. Nearly every name has one session,
/// which costs a `Set.of`; a set grows only where there are more. Safe from every thread.
final class SessionIndex {
  private final Map<SessionSelector, Set<SessionKey>> keys = new ConcurrentHashMap<>();

  void add(SessionKey key, SessionCard card) {
    names(card).forEach(name -> keys.compute(name, (_, known) -> plus(known, key)));
  }

  void remove(SessionKey key, SessionCard card) {
    names(card).forEach(name -> keys.computeIfPresent(name, (_, known) -> minus(known, key)));
  }

  /// The sessions of that name, the oldest first.
  List<SessionKey> find(SessionSelector name) {
    var found = new LinkedHashSet<SessionKey>();
    keys.computeIfPresent(
        name,
        (_, known) -> { // under the lock of the name: a set that grows is not safe to read beside
          found.addAll(known);
          return known;
        });
    return List.copyOf(found);
  }

  private static List<SessionSelector> names(SessionCard card) {
    var identity = card.identity();
    var handle = new SessionSelector.ByHandle(card.handle());
    var subject = new SessionSelector.BySubject(identity.issuer(), identity.subject());
    return identity
        .sid()
        .<List<SessionSelector>>map(
            sid -> List.of(handle, subject, new SessionSelector.BySid(identity.issuer(), sid)))
        .orElseGet(() -> List.of(handle, subject));
  }

  private static Set<SessionKey> plus(@Nullable Set<SessionKey> known, SessionKey key) {
    if (known == null) {
      return Set.of(key);
    }
    var many =
        known instanceof LinkedHashSet<SessionKey> grown ? grown : new LinkedHashSet<>(known);
    many.add(key);
    return many;
  }

  private static @Nullable Set<SessionKey> minus(Set<SessionKey> known, SessionKey key) {
    if (known instanceof LinkedHashSet<SessionKey> many) {
      many.remove(key);
      return many.isEmpty() ? null : many;
    }
    return known.contains(key) ? null : known;
  }
}
