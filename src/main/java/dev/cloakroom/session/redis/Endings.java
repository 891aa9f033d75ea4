package dev.cloakroom.session.redis;

import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import dev.cloakroom.session.EndCause;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionCard;
import dev.cloakroom.session.SessionId;
import dev.cloakroom.session.SessionKey;
import dev.cloakroom.session.SessionSeal;
import dev.cloakroom.session.SessionSelector;
import dev.cloakroom.session.SessionStore.Ended;
import dev.cloakroom.session.SessionStore.EndedIf;
import dev.cloakroom.session.redis.Backlog.Owed;
import dev.cloakroom.session.redis.Commands.Manner;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;

/// Ends sessions: here at once, in the Redis in one step, on every other node by message. Of all
/// nodes the one whose script removed the session says so to the observer.
final class Endings {
  private final Commands commands;
  private final NearSessions near;
  private final Watches watches;
  private final Backlog backlog;
  private final SessionSeal seal;
  private final BiConsumer<Session, EndCause> revoker;
  private final InstantSource clock;
  private final Observer observer;

  Endings(
      Commands commands,
      Memory memory,
      SessionSeal seal,
      BiConsumer<Session, EndCause> revoker,
      InstantSource clock,
      Observer observer) {
    this.commands = commands;
    this.near = memory.near();
    this.watches = memory.watches();
    this.backlog = memory.backlog();
    this.seal = seal;
    this.revoker = revoker;
    this.clock = clock;
    this.observer = observer;
  }

  /// What this node has in memory.
  record Memory(NearSessions near, Watches watches, Backlog backlog) {}

  Future<Ended> end(SessionKey key, EndCause cause) {
    return endOne(commands, key, cause, false)
        .map(
            over ->
                switch (over) {
                  case Over.Here(var session) -> new Ended.Done(session.stream().toList());
                  case Over.Not() -> new Ended.Done(List.of());
                  case Over.Unheard() -> {
                    gone(key, cause);
                    owe(new Owed.One(key, cause));
                    yield new Ended.Unavailable();
                  }
                });
  }

  Future<Ended> endAll(SessionSelector selector, EndCause cause) {
    return endAll(commands, selector, cause, OptionalLong.empty())
        .map(
            ended -> {
              if (ended instanceof Ended.Unavailable) {
                near.matching(session -> SessionSeal.names(session).contains(selector))
                    .forEach(key -> gone(key, cause));
                owe(new Owed.All(selector, cause, clock.millis()));
              }
              return ended;
            });
  }

  private Future<Ended> endAll(
      Commands by, SessionSelector selector, EndCause cause, OptionalLong latest) {
    boolean byProvider = cause == EndCause.BACK_CHANNEL || cause == EndCause.FRONT_CHANNEL;
    boolean bar = byProvider && selector instanceof SessionSelector.BySid;
    return members(by, selector, bar, latest)
        .compose(
            found ->
                found
                    .map(keys -> endEach(by, keys, cause))
                    .orElseGet(() -> Future.succeededFuture(new Ended.Unavailable())));
  }

  private Future<Ended> endEach(Commands by, List<SessionKey> keys, EndCause cause) {
    return Future.all(keys.stream().map(key -> endOne(by, key, cause, true)).toList())
        .map(all -> ended(all.<Over>list()));
  }

  private static Ended ended(List<Over> all) {
    var sessions = new ArrayList<Session>();
    for (var over : all) {
      switch (over) {
        case Over.Here(var session) -> session.ifPresent(sessions::add);
        case Over.Not() -> {}
        case Over.Unheard() -> {
          return new Ended.Unavailable();
        }
      }
    }
    return new Ended.Done(sessions);
  }

  /// The sessions of a selector under every key of the ring, the oldest first; empty when the Redis
  /// cannot be asked.
  Future<Optional<List<SessionKey>>> members(SessionSelector selector) {
    return members(commands, selector, false, OptionalLong.empty());
  }

  private Future<Optional<List<SessionKey>>> members(
      Commands by, SessionSelector selector, boolean bar, OptionalLong latest) {
    return Future.all(
            seal.names(selector).stream().map(name -> by.members(name, bar, latest)).toList())
        .map(
            all -> {
              List<Reply> replies = all.list();
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
            });
  }

  Future<EndedIf> endIf(Session read, EndCause cause) {
    var key = read.key();
    var opener = near.opener(key); // before asking: the message may be here before the answer
    return commands
        .end(key, cause, new Manner(OptionalLong.of(read.version()), false, true, false))
        .map(
            reply ->
                switch (reply.word()) {
                  case "ended" -> {
                    var _ = over(key, cause, Optional.of(read), reply);
                    yield new EndedIf.Done();
                  }
                  case "none" -> new EndedIf.Done();
                  case "superseded" ->
                      opener
                          .flatMap(id -> opened(id, reply))
                          .<EndedIf>map(EndedIf.Superseded::new)
                          .orElseGet(EndedIf.Unavailable::new);
                  case "away" -> new EndedIf.Unavailable();
                  default -> throw reply.unexpected();
                });
  }

  /// Ends a session that is past its deadline, unless another node has moved that.
  Future<Void> expire(SessionKey key, EndCause cause) {
    var opener = near.opener(key);
    return commands
        .end(key, cause, new Manner(OptionalLong.empty(), false, true, true))
        .map(
            reply -> {
              if (reply.is("ended")) {
                var _ = over(key, cause, opener.flatMap(id -> opened(id, reply)), reply);
              }
              return null;
            });
  }

  /// What came of one end.
  private sealed interface Over {
    /// This node ended it.
    ///
    /// @param session where this node can read it
    record Here(Optional<Session> session) implements Over {}

    /// There was nothing to end.
    record Not() implements Over {}

    /// The Redis cannot be asked.
    record Unheard() implements Over {}
  }

  private Future<Over> endOne(Commands by, SessionKey key, EndCause cause, boolean alsoOnItsWay) {
    var opener = near.opener(key);
    return by.end(
            key, cause, new Manner(OptionalLong.empty(), alsoOnItsWay, opener.isPresent(), false))
        .map(
            reply ->
                switch (reply.word()) {
                  case "ended" ->
                      new Over.Here(
                          over(key, cause, opener.flatMap(id -> opened(id, reply)), reply));
                  case "none" -> {
                    if (near.get(key) != null || watches.has(key)) {
                      gone(key, cause);
                    }
                    yield new Over.Not();
                  }
                  case "away" -> new Over.Unheard();
                  default -> throw reply.unexpected();
                });
  }

  private Optional<Session> opened(SessionId id, Reply reply) {
    return seal.open(id, reply.number(1), reply.bytes(2))
            instanceof SessionSeal.Opened.Plain<Session>(var session)
        ? Optional.of(session)
        : Optional.empty();
  }

  private Optional<Session> over(
      SessionKey key, EndCause cause, Optional<Session> session, Reply reply) {
    backlog.ended(key, cause);
    var handle = session.map(Session::handle).orElseGet(() -> handle(key, reply));
    var tokens = session.isPresent() ? "open" : "sealed";
    observer.on(new Event.SessionEnded(handle, cause.name(), tokens));
    gone(key, cause);
    for (var name : reply.text(4).split(" ", -1)) {
      commands.unindex(name, List.of(key)).onFailure(this::fault); // else pruned some day
    }
    return session;
  }

  private String handle(SessionKey key, Reply reply) {
    return seal.card(key, reply.bytes(3)) instanceof SessionSeal.Opened.Plain<SessionCard>(var card)
        ? card.handle()
        : "-";
  }

  /// It is over: nobody here gets it any more, and whoever watches hears.
  private void gone(SessionKey key, EndCause cause) {
    var _ = near.end(key, cause);
    watches.tell(key, cause);
  }

  /// It is not in the Redis any more, and nobody remembers why.
  void vanished(SessionKey key) {
    gone(key, EndCause.IDLE);
  }

  /// Another node ended it, or this one did and hears itself.
  void heard(SessionKey key, EndCause cause, boolean sealed) {
    var held = near.end(key, cause);
    watches.tell(key, cause);
    if (sealed && held.isPresent()) {
      var session = held.get().session();
      commands
          .claimRevocation(key)
          .onSuccess(
              reply -> {
                if (reply.is("claimed")) {
                  revoker.accept(session, cause);
                }
              })
          .onFailure(this::fault);
    }
  }

  private void owe(Owed one) {
    if (!backlog.owe(one)) {
      observer.on(new Event.SessionEndLost(one.cause().name()));
    }
  }

  /// Carries out what is owed, by a link that is not open to everybody yet.
  Future<Void> makeGood(Commands first) {
    var owed = backlog.takeOwed();
    return InTurn.each(owed, one -> makeGood(first, one));
  }

  private Future<Void> makeGood(Commands first, Owed one) {
    var done =
        switch (one) {
          case Owed.One(var key, var cause) -> endEach(first, List.of(key), cause);
          case Owed.All(var selector, var cause, var askedAt) ->
              endAll(first, selector, cause, OptionalLong.of(askedAt));
        };
    return done.map(
        ended -> {
          switch (ended) {
            case Ended.Unavailable() -> owe(one);
            case Ended.Done(var sessions) ->
                sessions.forEach(session -> revoker.accept(session, one.cause()));
          }
          return null;
        });
  }

  /// Says the latest ends again, to a server that may have taken over without them.
  Future<Void> repeat(Commands first) {
    return InTurn.each(
        backlog.ends(),
        entry ->
            first
                .end(
                    entry.getKey(),
                    entry.getValue(),
                    new Manner(OptionalLong.empty(), true, true, false))
                .mapEmpty());
  }

  private void fault(Throwable cause) {
    observer.on(new Event.Fault(Optional.empty(), cause));
  }
}
