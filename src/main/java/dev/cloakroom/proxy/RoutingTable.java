package dev.cloakroom.proxy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Finds the route of a path. Compiled once; a look-up walks the path once and allocates nothing
/// but its answer, however many routes there are. The longest path wins, a literal before a prefix
/// of the same length; the order of the routes does not matter. Immutable.
public final class RoutingTable {
  private final @Nullable Entry[] slots;

  private record Entry(String prefix, boolean wild, Optional<Route> route) {}

  public RoutingTable(List<Route> routes) {
    var entries = new ArrayList<Entry>();
    for (var route : routes) {
      entries.add(entry(route));
    }
    var size = Integer.highestOneBit(Math.max(8, entries.size() * 4)) - 1;
    slots = new @Nullable Entry[size + 1];
    entries.forEach(this::put);
  }

  private static Entry entry(Route route) {
    var path = route.path();
    var wild = path.endsWith("/**");
    var prefix = wild ? path.substring(0, path.length() - 3) : path;
    if (!path.startsWith("/") || prefix.contains("*")) {
      throw new IllegalArgumentException("a path is literal, or ends in /**: " + path);
    }
    return new Entry(prefix, wild, Optional.of(route));
  }

  private void put(Entry entry) {
    var at = slot(entry.prefix().hashCode());
    while (slots[at] != null) {
      if (slots[at].wild() == entry.wild() && slots[at].prefix().equals(entry.prefix())) {
        throw new IllegalArgumentException("two routes have one path: " + entry.prefix());
      }
      at = (at + 1) & (slots.length - 1);
    }
    slots[at] = entry;
  }

  private int slot(int hash) {
    return (hash ^ (hash >>> 16)) & (slots.length - 1);
  }

  /// The route of an accepted path; empty where there is none.
  public Optional<Route> find(String path) {
    var best = Optional.<Route>empty();
    var hash = 0;
    for (var end = 0; end <= path.length(); end++) {
      var last = end == path.length();
      if (last || path.charAt(end) == '/') {
        var found = probe(path, end, hash, true);
        best = found.isPresent() ? found : best;
      }
      if (!last) {
        hash = 31 * hash + path.charAt(end); // what String.hashCode() would say of this prefix
      }
    }
    var literal = probe(path, path.length(), hash, false);
    return literal.isPresent() ? literal : best;
  }

  private Optional<Route> probe(String path, int length, int hash, boolean wild) {
    for (var at = slot(hash); slots[at] != null; at = (at + 1) & (slots.length - 1)) {
      var entry = slots[at];
      if (entry.wild() == wild
          && entry.prefix().length() == length
          && path.startsWith(entry.prefix())) {
        return entry.route();
      }
    }
    return Optional.empty();
  }
}
