package dev.cloakroom.session.redis;

import dev.cloakroom.observe.Event;
import dev.cloakroom.observe.Observer;
import dev.cloakroom.session.EndCause;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionCard;
import dev.cloakroom.session.SessionKey;
import dev.cloakroom.session.SessionSeal;
import dev.cloakroom.session.Watches;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/// What this node does about a session that is over. Of all nodes the one whose script removed it
/// says so to the observer, and of those that can read its tokens one revokes them.
final class Farewell {
  private final Commands commands;
  private final NearSessions near;
  private final Watches watches;
  private final Backlog backlog;
  private final SessionSeal seal;
  private final BiConsumer<Session, EndCause> revoker;
  private final Observer observer;

  Farewell(
      Commands commands,
      Endings.Memory memory,
      SessionSeal seal,
      BiConsumer<Session, EndCause> revoker,
      Observer observer) {
    this.commands = commands;
    this.near = memory.near();
    this.watches = memory.watches();
    this.backlog = memory.backlog();
    this.seal = seal;
    this.revoker = revoker;
    this.observer = observer;
  }

  /// The session that the answer to an end brings, where this node can read it. The answer to a
  /// repeated one brings none; what this node held is the latest it can know of.
  Optional<Session> opened(Ending ending, Reply reply) {
    return reply.is("repeated")
        ? ending.held().map(NearSessions.Near::session)
        : ending
            .held()
            .flatMap(
                held ->
                    seal.open(held.id(), reply.number(1), reply.bytes(2))
                            instanceof SessionSeal.Opened.Plain<Session>(var session)
                        ? Optional.of(session)
                        : Optional.empty());
  }

  /// This node ended it.
  void over(Ending ending, Optional<Session> session, Reply reply) {
    var key = ending.key();
    backlog.ended(key, ending.cause());
    var handle = session.map(Session::handle).orElseGet(() -> handle(key, reply));
    var tokens = session.isPresent() ? "open" : "sealed";
    observer.on(new Event.SessionEnded(handle, ending.cause().name(), tokens));
    gone(key, ending.cause());
    for (var name : reply.text(4).split(" ", -1)) {
      commands.unindex(name, List.of(key)).onFailure(this::fault); // else pruned some day
    }
  }

  private String handle(SessionKey key, Reply reply) {
    return seal.card(key, reply.bytes(3)) instanceof SessionSeal.Opened.Plain<SessionCard>(var card)
        ? card.handle()
        : "-";
  }

  /// There was nothing to end, whatever this node may have thought.
  void notThere(Ending ending) {
    if (near.get(ending.key()) != null || watches.has(ending.key())) {
      gone(ending.key(), ending.cause());
    }
  }

  /// It is over: nobody here gets it any more, and whoever watches hears.
  void gone(SessionKey key, EndCause cause) {
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
      commands
          .claimRevocation(key)
          .onSuccess(reply -> claimed(reply, held.get().session(), cause))
          .onFailure(this::fault);
    }
  }

  private void claimed(Reply reply, Session session, EndCause cause) {
    if (reply.is("claimed")) {
      revoker.accept(session, cause);
    }
  }

  private void fault(Throwable cause) {
    observer.on(new Event.Fault(Optional.empty(), cause));
  }
}
