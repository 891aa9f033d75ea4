package dev.cloakroom.session.redis;

import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import dev.cloakroom.session.EndCause;
import dev.cloakroom.session.SealedSession;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionId;
import dev.cloakroom.session.SessionKey;
import dev.cloakroom.session.SessionSeal;
import dev.cloakroom.session.SessionSelector;
import dev.cloakroom.session.SessionSettings;
import dev.cloakroom.session.SessionStore.Ended;
import dev.cloakroom.session.SessionStore.Listed;
import dev.cloakroom.session.SessionStore.Redeemed;
import dev.cloakroom.session.SessionStore.Replaced;
import dev.cloakroom.session.SessionStore.Seen;
import dev.cloakroom.session.SessionStore.Started;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Puts sessions into the Redis: new ones, and those with newer tokens.
final class Writing {
  private final Commands commands;
  private final RedisLink link;
  private final Acknowledgement replicas;
  private final Directory directory;
  private final Endings endings;
  private final Finder finder;
  private final NearSessions near;
  private final Backlog backlog;
  private final SessionSeal seal;
  private final SessionSettings settings;
  private final InstantSource clock;
  private final Observer observer;

  /// How writes get there.
  record Ways(Commands commands, RedisLink link, Acknowledgement replicas) {}

  Writing(
      Ways ways,
      Directory directory,
      Endings endings,
      Finder finder,
      Endings.Memory memory,
      SessionSeal seal,
      SessionSettings settings,
      RedisSessionStore.Around around) {
    this.commands = ways.commands();
    this.link = ways.link();
    this.replicas = ways.replicas();
    this.directory = directory;
    this.endings = endings;
    this.finder = finder;
    this.near = memory.near();
    this.backlog = memory.backlog();
    this.seal = seal;
    this.settings = settings;
    this.clock = around.clock();
    this.observer = around.observer();
  }

  private static <T> Future<T> answer(T value) {
    return Future.succeededFuture(value);
  }

  /// A session that begins.
  ///
  /// @param asked the link's generation at the time
  private record Newcomer(SessionId id, Session session, SealedSession sealed, long asked) {
    SessionKey key() {
      return session.key();
    }
  }

  private Newcomer newcomer(SessionId id, Session session) {
    var sealed = seal.seal(id, session, clock.instant().plus(settings.idleTimeout()));
    return new Newcomer(id, session, sealed, link.generation());
  }

  Future<Started> start(SessionId id, Session session, Optional<SessionKey> replaced) {
    var newcomer = newcomer(id, session);
    return index(newcomer)
        .compose(
            reply ->
                switch (reply.word()) {
                  case "indexed" -> store(newcomer, replaced);
                  case "logged_out" -> answer(new Started.LoggedOut());
                  case "away" -> answer(new Started.Unavailable());
                  default -> throw reply.unexpected();
                });
  }

  /// Whoever asks for the login's sessions after the first step finds the new one, and bars it if
  /// he means to end it. Whoever asked before, and comes to the waiting one after the second step,
  /// is told there what took its place.
  Future<Redeemed> redeem(SessionId id, Session session, SessionKey waiting) {
    var newcomer = newcomer(id, session);
    return index(newcomer)
        .compose(
            reply ->
                switch (reply.word()) {
                  case "indexed" ->
                      endings
                          .giveWay(waiting, newcomer.key())
                          .compose(over -> takePlace(newcomer, over));
                  case "logged_out" -> answer(new Redeemed.LoggedOut());
                  case "away" -> answer(new Redeemed.Unavailable());
                  default -> throw reply.unexpected();
                });
  }

  private Future<Redeemed> takePlace(Newcomer newcomer, Endings.Over waiting) {
    return switch (waiting) {
      case Endings.Over.Here _ ->
          store(newcomer, Optional.empty())
              .map(
                  started ->
                      switch (started) {
                        case Started.Stored(var stored, var ended) ->
                            new Redeemed.Stored(stored, ended);
                        case Started.LoggedOut() -> new Redeemed.LoggedOut();
                        case Started.Unavailable() -> new Redeemed.Lost();
                      });
      case Endings.Over.Not() -> answer(new Redeemed.Gone());
      case Endings.Over.Unheard _ -> answer(new Redeemed.Unavailable());
    };
  }

  /// Puts a session under its names. Answers what went wrong with the first that it could not have.
  private Future<Reply> index(Newcomer newcomer) {
    var session = newcomer.session();
    return Future.all(
            newcomer.sealed().names().stream()
                .map(name -> commands.index(name, session.key(), session.startedAt()))
                .toList())
        .map(
            indexed -> {
              List<Reply> replies = indexed.list();
              return replies.stream()
                  .filter(reply -> !reply.is("indexed"))
                  .findFirst()
                  .orElseGet(replies::getFirst);
            });
  }

  private Future<Started> store(Newcomer newcomer, Optional<SessionKey> replaced) {
    return commands
        .start(newcomer.sealed())
        .compose(
            reply ->
                switch (reply.word()) {
                  case "stored" ->
                      replicas
                          .reached()
                          .compose(
                              reached ->
                                  reached
                                      ? started(newcomer, replaced)
                                      : takenBack(newcomer.key()));
                  case "logged_out" -> answer(new Started.LoggedOut());
                  case "away" -> {
                    endings.disown(newcomer.key());
                    yield answer(new Started.Unavailable());
                  }
                  default -> throw reply.unexpected();
                });
  }

  private Future<Started> started(Newcomer newcomer, Optional<SessionKey> replaced) {
    var session = newcomer.session();
    long idleAt = newcomer.sealed().idleExpiresAt().toEpochMilli();
    finder.remember(new NearSessions.Near(session, newcomer.id(), idleAt), newcomer.asked());
    observer.on(
        new Event.SessionStarted(
            session.frontEnd().qualified(session.provider()), session.handle()));
    return end(replaced.stream().toList(), EndCause.REPLACED)
        .compose(
            ended ->
                makeRoom(session)
                    .map(
                        evicted -> {
                          var all = new ArrayList<>(ended);
                          all.addAll(evicted);
                          return new Started.Stored(session, all);
                        }));
  }

  /// Takes back what nobody will ever ask for.
  private Future<Started> takenBack(SessionKey key) {
    return commands.end(Ending.again(key, EndCause.EVICTED)).map(new Started.Unavailable());
  }

  private Future<List<Session>> makeRoom(Session session) {
    OptionalInt most = settings.maxPerUser();
    if (most.isEmpty()) {
      return answer(List.of());
    }
    var identity = session.identity();
    return directory
        .list(
            new SessionSelector.BySubject(
                session.frontEnd(), identity.issuer(), identity.subject()))
        .compose(
            listed ->
                switch (listed) {
                  case Listed.Found(var seen) ->
                      end(
                          seen.stream()
                              .map(Seen::key)
                              .filter(key -> !key.equals(session.key()))
                              .limit(Math.max(0, seen.size() - most.getAsInt()))
                              .toList(),
                          EndCause.EVICTED);
                  case Listed.Unavailable() -> answer(List.<Session>of());
                });
  }

  private Future<List<Session>> end(List<SessionKey> keys, EndCause cause) {
    return Future.all(keys.stream().map(key -> endings.end(key, cause)).toList())
        .map(
            all -> {
              var sessions = new ArrayList<Session>();
              all.<Ended>list()
                  .forEach(
                      ended -> {
                        if (ended instanceof Ended.Done(var done)) {
                          sessions.addAll(done);
                        }
                      });
              return sessions;
            });
  }

  Future<Replaced> replace(SessionId id, Session next) {
    var sealed = seal.seal(id, next, clock.instant());
    long asked = link.generation();
    return commands
        .replace(sealed)
        .compose(
            reply ->
                switch (reply.word()) {
                  case "stored" -> {
                    backlog.replaced(sealed);
                    near.replaced(next.key(), next.version());
                    finder.remember(new NearSessions.Near(next, id, reply.number(1)), asked);
                    yield confirmed(next);
                  }
                  case "superseded" -> superseded(id, next, reply);
                  case "none" -> answer(new Replaced.Gone());
                  case "away" -> answer(new Replaced.Unavailable());
                  default -> throw reply.unexpected();
                });
  }

  private Future<Replaced> confirmed(Session next) {
    return replicas
        .reached()
        .map(reached -> reached ? new Replaced.Stored(next) : new Replaced.Unavailable());
  }

  /// Who offers the same tokens again, because no answer came the first time, has stored them.
  private Future<Replaced> superseded(SessionId id, Session next, Reply reply) {
    return switch (seal.open(id, reply.number(1), reply.bytes(2))) {
      case SessionSeal.Opened.Plain<Session>(var current) ->
          current.version() == next.version()
                  && current.tokens().access().equals(next.tokens().access())
              ? confirmed(next)
              : answer(new Replaced.Superseded(current));
      case SessionSeal.Opened.UnknownKey<Session>() -> answer(new Replaced.Unavailable());
      case SessionSeal.Opened.Broken<Session>() -> answer(new Replaced.Gone());
    };
  }
}
