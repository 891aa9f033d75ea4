package dev.cloakroom.manage;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cloakroom.session.FrontEnd;
import dev.cloakroom.session.SessionSelector;
import dev.cloakroom.session.SessionStore.Seen;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a request for `/sessions` asks for: one selector, and which page.
///
/// @param selector at whichever front end
/// @param after the place in the list where the page before ended: start, then handle
/// @param limit sessions on a page
record SessionsQuery(SessionSelector selector, Optional<Place> after, int limit) {
  static final int MOST = 100;
  private static final int MOST_PARAMETERS = 16;
  private static final Set<String> PAGE = Set.of("after", "limit");

  /// A place in a list, oldest first.
  ///
  /// @param startedAt milliseconds since the epoch
  record Place(long startedAt, String handle) implements Comparable<Place> {
    static Place of(Seen seen) {
      return new Place(seen.card().startedAt().toEpochMilli(), seen.card().handle());
    }

    static Optional<Place> parse(String text) {
      int dash = text.indexOf('-');
      return dash < 1 || dash > 15 || !text.substring(0, dash).chars().allMatch(Place::isDigit)
          ? Optional.empty()
          : Optional.of(
              new Place(Long.parseLong(text.substring(0, dash)), text.substring(dash + 1)));
    }

    private static boolean isDigit(int c) {
      return c >= '0' && c <= '9';
    }

    @Override
    public int compareTo(Place other) {
      int byStart = Long.compare(startedAt, other.startedAt);
      return byStart != 0 ? byStart : handle.compareTo(other.handle);
    }

    @Override
    public String toString() {
      return startedAt + "-" + handle;
    }
  }

  /// Reads the query of a request; empty when it does not name one selector, or anything unheard
  /// of.
  static Optional<SessionsQuery> parse(String query) {
    return parameters(query).flatMap(SessionsQuery::of);
  }

  private static Optional<SessionsQuery> of(Map<String, String> all) {
    var after = Optional.ofNullable(all.get("after"));
    var limit = Optional.ofNullable(all.get("limit")).map(SessionsQuery::limit).orElse(MOST);
    var place = after.flatMap(Place::parse);
    var names = new HashMap<>(all);
    names.keySet().removeAll(PAGE);
    if (limit == 0 || after.isPresent() != place.isPresent()) {
      return Optional.empty();
    }
    return selector(names).map(selector -> new SessionsQuery(selector, place, limit));
  }

  private static Optional<SessionSelector> selector(Map<String, String> names) {
    var keys = names.keySet();
    if (keys.equals(Set.of("handle"))) {
      return Optional.of(
          new SessionSelector.ByHandle(FrontEnd.ONLY, names.getOrDefault("handle", "")));
    }
    var issuer = names.getOrDefault("issuer", "");
    if (keys.equals(Set.of("issuer", "subject"))) {
      return Optional.of(
          new SessionSelector.BySubject(FrontEnd.ONLY, issuer, names.getOrDefault("subject", "")));
    }
    if (keys.equals(Set.of("issuer", "sid"))) {
      return Optional.of(
          new SessionSelector.BySid(FrontEnd.ONLY, issuer, names.getOrDefault("sid", "")));
    }
    return Optional.empty();
  }

  /// 0 for what is no size of a page.
  private static int limit(String text) {
    boolean number = text.length() <= 3 && !text.isEmpty() && text.chars().allMatch(Place::isDigit);
    int limit = number ? Integer.parseInt(text) : 0;
    return limit <= MOST ? limit : 0;
  }

  private static Optional<Map<String, String>> parameters(String query) {
    try {
      var decoded = new QueryStringDecoder(query, UTF_8, false, MOST_PARAMETERS, true).parameters();
      if (decoded.values().stream().anyMatch(SessionsQuery::isUnclear)) {
        return Optional.empty();
      }
      var single = new HashMap<String, String>();
      decoded.forEach((name, values) -> single.put(name, values.getFirst()));
      return Optional.of(single);
    } catch (IllegalArgumentException _) { // a broken escape
      return Optional.empty();
    }
  }

  private static boolean isUnclear(List<String> values) {
    return values.size() != 1 || values.getFirst().isEmpty();
  }
}
