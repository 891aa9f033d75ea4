package dev.cloakroom.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.observe.Event;
import dev.cloakroom.oidc.Identity;
import dev.cloakroom.oidc.TokenTarget;
import dev.cloakroom.oidc.Tokens;
import dev.cloakroom.session.EndCause;
import dev.cloakroom.session.FrontEnd;
import dev.cloakroom.session.MemorySessionStore;
import dev.cloakroom.session.Revoker;
import dev.cloakroom.session.Session;
import dev.cloakroom.session.SessionId;
import dev.cloakroom.session.SessionSettings;
import dev.cloakroom.session.SessionStore;
import dev.cloakroom.session.SessionStore.Ended;
import dev.cloakroom.session.SessionStore.Lookup;
import dev.cloakroom.world.CountingEntropy;
import dev.cloakroom.world.EventList;
import dev.cloakroom.world.ProviderStandIn;
import dev.cloakroom.world.Schedule;
import dev.cloakroom.world.SharedStore;
import dev.cloakroom.world.TestClock;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.IntStream;

/// Several nodes in one process, at one store and one provider, with everything between them in the
/// hand of a [Schedule].
final class Nodes {
  static final Duration PAST_EXPIRY = ProviderStandIn.TOKEN_LIFE.plusSeconds(1);

  /// Of the provider, as it is configured.
  static final Duration TIMEOUT = Duration.ofSeconds(10);

  final TestClock clock = new TestClock();
  final EventList events = new EventList();
  final ProviderStandIn provider = new ProviderStandIn("main", clock);
  final Schedule schedule;
  final SharedStore store;
  final Schedule.Node line;
  private final SessionStore behind;
  private final CountingEntropy entropy = new CountingEntropy();
  private final List<Node> nodes;

  Nodes(int count, Function<TestClock, Schedule> order) {
    schedule = order.apply(clock);
    var settings =
        new SessionSettings(Duration.ofHours(1), Duration.ofHours(8), 1_000, OptionalInt.empty());
    behind = new MemorySessionStore(settings, clock, events);
    store = new SharedStore(behind, clock, schedule);
    line = schedule.node();
    provider.onRefresh(tokens -> line.calls(TIMEOUT, () -> provider.rotate(tokens)));
    provider.onObtain((tokens, target) -> line.calls(TIMEOUT, () -> provider.give(tokens, target)));
    nodes = IntStream.range(0, count).mapToObj(_ -> new Node()).toList();
  }

  Node node(int number) {
    return nodes.get(number);
  }

  List<Node> all() {
    return nodes;
  }

  /// A session that every node has seen.
  Login logsIn(String subject) {
    var now = clock.instant();
    var tokens = provider.issue();
    var login = new Login(SessionId.draw(FrontEnd.ONLY, entropy), tokens);
    var session =
        new Session(
            login.id.key(),
            FrontEnd.ONLY,
            "handle-" + subject,
            "main",
            new Identity(provider.issuer(), subject, Optional.empty()),
            "{}",
            tokens,
            now,
            now.plus(Duration.ofHours(8)),
            Optional.empty(),
            Optional.empty(),
            "Firefox on Linux",
            0);
    assertThat(behind.start(login.id, session, Optional.empty()).isComplete()).isTrue();
    nodes.forEach(node -> node.sees(login));
    schedule.settle();
    return login;
  }

  /// A session, as a test holds it.
  final class Login {
    final SessionId id;
    final Tokens first;

    private Login(SessionId id, Tokens first) {
      this.id = id;
      this.first = first;
    }

    /// Whether the provider would still refresh some token of it.
    boolean goesOn() {
      return !provider.isRevoked(first);
    }

    Lookup stored() {
      return behind.reread(id).result();
    }

    Session session() {
      return ((Lookup.Live) stored()).session();
    }
  }

  /// One gateway.
  final class Node {
    final Schedule.Node process = schedule.node();
    final SharedStore.Door door = store.door(process);
    private final Revoker revoker = new Revoker(Map.of("main", provider), events);
    final TokenKeeper keeper =
        new TokenKeeper(door, Map.of("main", provider), revoker, process.timers(), clock, events);

    void sees(Login login) {
      var _ = door.find(login.id, false);
    }

    /// One call of the API, from the look for its session on.
    Future<TokenOutcome> calls(Login login) {
      return door.find(login.id, false)
          .compose(found -> withSession(found, seen -> keeper.keepFresh(login.id, seen)));
    }

    /// One call of an API that has a token of its own.
    Future<TokenOutcome> calls(Login login, TokenTarget target) {
      return door.find(login.id, false)
          .compose(found -> withSession(found, seen -> keeper.keepFresh(login.id, seen, target)));
    }

    /// A call whose token the upstream refused, or a user who asks for a new one.
    Future<TokenOutcome> forces(Login login) {
      return door.find(login.id, false)
          .compose(found -> withSession(found, seen -> keeper.refreshNow(login.id, seen)));
    }

    private static Future<TokenOutcome> withSession(
        Lookup found, Function<Session, Future<TokenOutcome>> call) {
      return switch (found) {
        case Lookup.Live(var session, _) -> call.apply(session);
        case Lookup.Gone _, Lookup.Unknown _ ->
            Future.succeededFuture(new TokenOutcome.LoginRequired());
        case Lookup.Unavailable() -> Future.succeededFuture(new TokenOutcome.StoreUnavailable());
      };
    }

    List<Future<TokenOutcome>> calls(Login login, int times) {
      return IntStream.range(0, times).mapToObj(_ -> calls(login)).toList();
    }

    /// As a logout does it: the session first, its tokens then.
    void logsOut(Login login) {
      door.end(login.id.key(), EndCause.LOGOUT)
          .onSuccess(
              ended -> {
                if (ended instanceof Ended.Done(var sessions)) {
                  sessions.forEach(session -> revoker.ended(session, EndCause.LOGOUT));
                }
              });
    }
  }

  List<String> endings() {
    return events.of(Event.SessionEnded.class).stream().map(Event.SessionEnded::cause).toList();
  }
}
