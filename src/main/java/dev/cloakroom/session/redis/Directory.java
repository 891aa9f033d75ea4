package dev.cloakroom.session.redis;

import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import dev.cloakroom.session.SessionCard;
import dev.cloakroom.session.SessionKey;
import dev.cloakroom.session.SessionSeal;
import dev.cloakroom.session.SessionSelector;
import dev.cloakroom.session.SessionStore.Listed;
import dev.cloakroom.session.SessionStore.Seen;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Which sessions a name has.
final class Directory {
  private final Commands commands;
  private final SessionSeal seal;
  private final Duration idleTimeout;
  private final Observer observer;

  Directory(Commands commands, SessionSeal seal, Duration idleTimeout, Observer observer) {
    this.commands = commands;
    this.seal = seal;
    this.idleTimeout = idleTimeout;
    this.observer = observer;
  }

  Future<Listed> list(SessionSelector selector) {
    return members(commands, selector, false, OptionalLong.empty())
        .compose(
            found ->
                found
                    .map(this::listed)
                    .orElseGet(() -> Future.succeededFuture(new Listed.Unavailable())));
  }

  /// The sessions of a selector under every key of the ring, the oldest first; empty when the Redis
  /// cannot be asked.
  ///
  /// @param bar whether no later one may start
  Future<Optional<List<SessionKey>>> members(
      Commands by, SessionSelector selector, boolean bar, OptionalLong latest) {
    return Future.all(
            seal.names(selector).stream().map(name -> by.members(name, bar, latest)).toList())
        .map(all -> members(all.<Reply>list()));
  }

  private static Optional<List<SessionKey>> members(List<Reply> replies) {
    if (replies.stream().anyMatch(reply -> reply.is("away"))) {
      return Optional.empty();
    }
    var oldestFirst =
        replies.stream()
            .flatMap(reply -> Commands.members(reply).stream())
            .sorted(Comparator.comparingDouble(Commands.Member::score))
            .map(Commands.Member::key)
            .toList();
    return Optional.of(List.copyOf(new LinkedHashSet<>(oldestFirst)));
  }

  private Future<Listed> listed(List<SessionKey> keys) {
    return Future.all(keys.stream().map(commands::card).toList())
        .map(
            all -> {
              List<Reply> replies = all.list();
              if (replies.stream().anyMatch(reply -> reply.is("away"))) {
                return new Listed.Unavailable();
              }
              var seen = new ArrayList<Seen>();
              for (int i = 0; i < replies.size(); i++) {
                seen(keys.get(i), replies.get(i)).ifPresent(seen::add);
              }
              return new Listed.Found(seen);
            });
  }

  private Optional<Seen> seen(SessionKey key, Reply reply) {
    if (!reply.is("card")) {
      return Optional.empty();
    }
    if (seal.card(key, reply.bytes(1)) instanceof SessionSeal.Opened.Plain<SessionCard>(var card)) {
      var lastSeenAt = Instant.ofEpochMilli(reply.number(2)).minus(idleTimeout);
      return Optional.of(new Seen(key, card, lastSeenAt));
    }
    observer.on(new Event.SessionUnreadable("unknown_key"));
    return Optional.empty();
  }
}
