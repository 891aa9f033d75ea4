package dev.cloakroom.session.redis;

import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import dev.cloakroom.session.EndCause;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionCard;
import dev.cloakroom.session.SessionKey;
import dev.cloakroom.session.SessionSelector;
import dev.cloakroom.session.SessionStore.Ended;
import dev.cloakroom.session.SessionStore.EndedIf;
import dev.cloakroom.session.Watches;
import dev.cloakroom.session.redis.Backlog.Owed;
import dev.cloakroom.session.redis.NearSessions.Near;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;

/// Ends sessions: here at once, in the Redis in one step, on every other node by message. What
/// cannot be carried out, or may not have been, is owed until it is.
final class Endings {
  private final Commands commands;
  private final Acknowledgement replicas;
  private final Directory directory;
  private final Farewell farewell;
  private final NearSessions near;
  private final Backlog backlog;
  private final BiConsumer<Session, EndCause> revoker;
  private final InstantSource clock;
  private final Entropy entropy;
  private final Observer observer;

  Endings(
      Commands commands,
      Acknowledgement replicas,
      Directory directory,
      Farewell farewell,
      Memory memory,
      BiConsumer<Session, EndCause> revoker,
      RedisSessionStore.Around around) {
    this.commands = commands;
    this.replicas = replicas;
    this.directory = directory;
    this.farewell = farewell;
    this.near = memory.near();
    this.backlog = memory.backlog();
    this.revoker = revoker;
    this.clock = around.clock();
    this.entropy = around.entropy();
    this.observer = around.observer();
  }

  /// What this node has in memory.
  record Memory(NearSessions near, Watches watches, Backlog backlog) {}

  /// What came of one end.
  sealed interface Over {
    /// This node ended it.
    ///
    /// @param session where this node can read it
    record Here(Optional<Session> session) implements Over {}

    /// There was nothing to end.
    record Not() implements Over {}

    /// The Redis cannot be asked, or its answer was lost.
    record Unheard(Ending ending) implements Over {}
  }

  // -- as asked

  Future<Ended> end(SessionKey key, EndCause cause) {
    return endEach(commands, List.of(ending(key, cause)));
  }

  /// Ends a session so that `successor` may take its place. Should nobody know what came of it,
  /// neither is to be had any more.
  Future<Over> giveWay(SessionKey key, SessionKey successor) {
    var ending = ending(key, EndCause.REDEEMED).inFavourOf(successor);
    return endOne(commands, ending)
        .map(
            over -> {
              if (over instanceof Over.Unheard) {
                farewell.gone(key, EndCause.REDEEMED);
                owe(new Owed.One(ending.dueTo(EndCause.EVICTED)));
              }
              return over;
            });
  }

  /// Nobody knows whether it is stored, and nobody will ever ask for it.
  void disown(SessionKey key) {
    owe(new Owed.One(Ending.again(key, EndCause.EVICTED)));
  }

  Future<Ended> endAll(SessionSelector selector, EndCause cause) {
    return endAll(commands, new Owed.All(selector, cause, OptionalLong.empty(), List.of()));
  }

  Future<EndedIf> endIf(Session read, EndCause cause) {
    var ending = ending(read.key(), cause).ifVersion(read.version());
    return commands
        .end(ending)
        .compose(
            reply ->
                switch (reply.word()) {
                  case "ended", "repeated" -> {
                    farewell.over(ending, Optional.of(read), reply);
                    yield confirmed();
                  }
                  case "none" -> confirmed();
                  case "superseded" ->
                      Future.succeededFuture(
                          farewell
                              .opened(ending, reply)
                              .<EndedIf>map(EndedIf.Superseded::new)
                              .orElseGet(EndedIf.Unavailable::new));
                  case "away" -> {
                    owe(new Owed.One(ending));
                    yield Future.succeededFuture(new EndedIf.Unavailable());
                  }
                  default -> throw reply.unexpected();
                });
  }

  private Future<EndedIf> confirmed() {
    return replicas
        .reached()
        .map(reached -> reached ? new EndedIf.Done() : new EndedIf.Unavailable());
  }

  /// Ends a session that is past its deadline, unless another node has moved that.
  Future<Void> expire(SessionKey key, EndCause cause) {
    return endOne(commands, ending(key, cause).ifExpired())
        .map(
            over -> {
              if (over instanceof Over.Unheard(var ending)) {
                owe(new Owed.One(ending));
              }
              return null;
            });
  }

  private Ending ending(SessionKey key, EndCause cause) { // before asking: the message may be here
    return Ending.of(key, cause, entropy.token(), near.held(key)); // before the answer
  }

  // -- one by one

  private Future<Ended> endAll(Commands by, Owed.All all) {
    boolean byProvider =
        all.cause() == EndCause.BACK_CHANNEL || all.cause() == EndCause.FRONT_CHANNEL;
    boolean bar = byProvider && all.selector() instanceof SessionSelector.BySid;
    return directory
        .members(by, all.selector(), bar, all.latest())
        .compose(
            found ->
                found
                    .map(keys -> endEach(by, endings(keys, all)))
                    .orElseGet(() -> Future.succeededFuture(unheard(all))));
  }

  private List<Ending> endings(List<SessionKey> keys, Owed.All all) {
    var held = new HashMap<SessionKey, Near>();
    all.held().forEach(near -> held.put(near.session().key(), near));
    return keys.stream()
        .map(
            key ->
                Ending.of(
                    key,
                    all.cause(),
                    entropy.token(),
                    near.held(key).or(() -> Optional.ofNullable(held.get(key)))))
        .map(Ending::orBarred)
        .toList();
  }

  private Ended unheard(Owed.All all) {
    if (all.latest().isPresent()) {
      owe(all);
      return new Ended.Unavailable();
    }
    var here = near.matching(session -> SessionCard.of(session).names().contains(all.selector()));
    here.forEach(one -> farewell.gone(one.session().key(), all.cause()));
    owe(new Owed.All(all.selector(), all.cause(), OptionalLong.of(clock.millis()), here));
    return new Ended.Unavailable();
  }

  private Future<Ended> endEach(Commands by, List<Ending> endings) {
    return Future.all(endings.stream().map(ending -> endOne(by, ending)).toList())
        .compose(
            all -> replicas.reached().map(reached -> ended(endings, all.<Over>list(), reached)));
  }

  private Ended ended(List<Ending> endings, List<Over> all, boolean reached) {
    var sessions = new ArrayList<Session>();
    var unheard = new ArrayList<Ending>();
    for (var over : all) {
      switch (over) {
        case Over.Here(var session) -> session.ifPresent(sessions::add);
        case Over.Not() -> {}
        case Over.Unheard(var ending) -> unheard.add(ending);
      }
    }
    if (reached && unheard.isEmpty()) {
      return new Ended.Done(sessions);
    }
    sessions.forEach(session -> revoker.accept(session, endings.getFirst().cause()));
    for (var ending : unheard) {
      farewell.gone(ending.key(), ending.cause());
      owe(new Owed.One(ending));
    }
    return new Ended.Unavailable();
  }

  private Future<Over> endOne(Commands by, Ending ending) {
    return by.end(ending)
        .compose(
            reply ->
                switch (reply.word()) {
                  case "ended", "repeated" -> {
                    var session = farewell.opened(ending, reply);
                    farewell.over(ending, session, reply);
                    yield answer(new Over.Here(session));
                  }
                  case "none" -> {
                    farewell.notThere(ending);
                    yield follow(by, ending, reply.text(1));
                  }
                  case "superseded", "alive" -> answer(new Over.Not());
                  case "away" -> answer(new Over.Unheard(ending));
                  default -> throw reply.unexpected();
                });
  }

  /// What took its place ends in its stead, or does not begin.
  private Future<Over> follow(Commands by, Ending ending, String successor) {
    return ending.follows() && !successor.isEmpty()
        ? endOne(by, passedOn(ending, successor))
        : answer(new Over.Not());
  }

  private Ending passedOn(Ending ending, String successor) {
    return ending(SessionKey.parse(successor), ending.cause()).orBarred();
  }

  private static Future<Over> answer(Over over) {
    return Future.succeededFuture(over);
  }

  // -- what is owed

  private void owe(Owed one) {
    if (!backlog.owe(one)) {
      observer.on(new Event.SessionEndLost(one.cause().name()));
    }
  }

  /// Carries out what is owed.
  Future<Void> makeGood(Commands by) {
    return InTurn.each(
        backlog.takeOwed(), one -> makeGood(by, one).recover(fault -> givenUp(one, fault)));
  }

  /// What the server refuses would be refused again, and is to hold up no other.
  private Future<Void> givenUp(Owed one, Throwable fault) {
    observer.on(new Event.Fault(Optional.empty(), fault));
    observer.on(new Event.SessionEndLost(one.cause().name()));
    return Future.succeededFuture();
  }

  private Future<Void> makeGood(Commands by, Owed one) {
    return switch (one) {
      case Owed.One(var ending) when ending.isUnconditional() ->
          endEach(by, List.of(ending)).map(ended -> revoke(ended, ending.cause()));
      case Owed.One(var ending) ->
          endOne(by, ending)
              .map(
                  over -> {
                    if (over instanceof Over.Unheard) {
                      owe(one);
                    }
                    return null;
                  });
      case Owed.All all -> endAll(by, all).map(ended -> revoke(ended, all.cause()));
    };
  }

  private Void revoke(Ended ended, EndCause cause) {
    if (ended instanceof Ended.Done(var sessions)) {
      sessions.forEach(session -> revoker.accept(session, cause));
    }
    return null;
  }

  /// Says the latest ends again, to a server that may have taken over without them.
  Future<Void> repeat(Commands first) {
    return InTurn.each(
        backlog.ends(), entry -> repeat(first, Ending.again(entry.getKey(), entry.getValue())));
  }

  /// Without them, it may have let another session take the place of one.
  private Future<Void> repeat(Commands first, Ending ending) {
    var cause = ending.cause();
    return first
        .end(ending)
        .compose(
            reply ->
                reply.is("none") && cause != EndCause.REDEEMED && !reply.text(1).isEmpty()
                    ? endEach(first, List.of(passedOn(ending, reply.text(1))))
                        .map(ended -> revoke(ended, cause))
                    : Future.succeededFuture());
  }
}
