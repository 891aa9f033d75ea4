package dev.cloakroom.session;

import static dev.cloakroom.world.Waiting.on;
import static dev.cloakroom.world.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.crypto.EncryptionKey;
import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.crypto.KeyRingSealer;
import dev.cloakroom.crypto.Sealer;
import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import dev.cloakroom.session.RedisNodes.Node;
import dev.cloakroom.session.SessionStore.Claim;
import dev.cloakroom.session.SessionStore.Ended;
import dev.cloakroom.session.SessionStore.Lease;
import dev.cloakroom.session.SessionStore.Lookup;
import dev.cloakroom.session.SessionStore.Replaced;
import dev.cloakroom.session.SessionStore.Started;
import dev.cloakroom.session.redis.RedisSettings;
import dev.cloakroom.world.RedisProcess;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Several gateways on one Redis, and what lies in it.
class RedisCoherenceTest {
  private static RedisProcess redis;

  private final RedisNodes nodes = new RedisNodes();

  @BeforeAll
  static void starts() {
    redis = RedisProcess.start();
  }

  @AfterAll
  static void stops() {
    redis.close();
  }

  @AfterEach
  void leaves() {
    nodes.close();
    redis.isEmptied();
  }

  private Node node(EncryptionKey... ring) {
    return nodes.node(RedisSettings.single(redis.url()), ring);
  }

  @Test
  @Proves("SES-10")
  void anEndOnOneNodeIsAnEndOnEveryNode() {
    var here = node();
    var there = node();
    var id = nodes.starts(here, "alice", "sid-1");
    List<EndCause> heard = new CopyOnWriteArrayList<>();
    assertThat(there.finds(id)).isTrue();
    assertThat(there.store().peek(id, false)).as("remembered").isNotNull();
    var _ = there.store().watch(id.key(), heard::add);
    var ended = (Ended.Done) on(here.store().end(id.key(), EndCause.LOGOUT));
    assertThat(ended.sessions()).hasSize(1);
    until("the other node forgets", () -> there.store().peek(id, false) == null);
    until("whoever watches there hears", () -> heard.equals(List.of(EndCause.LOGOUT)));
    assertThat(on(there.store().find(id, true))).isEqualTo(new Lookup.Gone(EndCause.LOGOUT));
    assertThat(here.events().of(Event.SessionEnded.class)).hasSize(1);
    assertThat(there.events().of(Event.SessionEnded.class)).isEmpty();
  }

  @Test
  void newTokensOnOneNodeAreTheTokensOnEveryNode() {
    var here = node();
    var there = node();
    var id = nodes.starts(here, "alice", "sid-1");
    var read = ((Lookup.Live) on(there.store().find(id, false))).session();
    var next = read.with(nodes.tokens("access-secret-1"));
    assertThat(on(here.store().replace(id, next))).isEqualTo(new Replaced.Stored(next));
    assertThat(on(there.store().reread(id)))
        .isInstanceOfSatisfying(
            Lookup.Live.class, live -> assertThat(live.session()).isEqualTo(next));
    until("the other node knows", () -> next.equals(there.store().peek(id, false)));
    assertThat(on(there.store().replace(id, read.with(nodes.tokens("late")))))
        .isEqualTo(new Replaced.Superseded(next));
    assertThat(on(here.store().replace(id, next)))
        .as("offered again")
        .isEqualTo(new Replaced.Stored(next));
  }

  @Test
  @Proves("SES-01")
  void aSessionUsedOnOneNodeIsNotIdleOnAnother() {
    var here = node();
    var there = node();
    var id = nodes.starts(here, "alice", "sid-1");
    nodes.clock.advance(RedisNodes.IDLE.minusSeconds(1));
    assertThat(on(there.store().find(id, true))).isInstanceOf(Lookup.Live.class);
    nodes.clock.advance(Duration.ofSeconds(1));
    on(here.store().sweep());
    assertThat(here.events().of(Event.SessionEnded.class)).isEmpty();
    nodes.clock.advance(RedisNodes.IDLE);
    on(here.store().sweep());
    on(there.store().sweep());
    assertThat(here.events().of(Event.SessionEnded.class)).hasSize(1);
    assertThat(there.events().of(Event.SessionEnded.class)).isEmpty();
  }

  @Test
  @Proves("BCL-16")
  void aLogoutOnOneNodeBarsTheLoginOnAnother() {
    var here = node();
    var there = node();
    var sid = new SessionSelector.BySid(FrontEnd.ONLY, RedisNodes.ISSUER, "sid-1");
    var _ = on(here.store().endAll(sid, EndCause.BACK_CHANNEL));
    var id = RedisNodes.draw();
    assertThat(on(there.store().start(id, nodes.session(id, "alice", "sid-1"), Optional.empty())))
        .isEqualTo(new Started.LoggedOut());
    assertThat(here.finds(id)).isFalse();
  }

  @Test
  void whoeverStillHoldsASessionOpenRevokesItsTokensOnce() {
    var first = node();
    var second = node();
    var stranger = node();
    var id = nodes.starts(first, "alice", "sid-1");
    assertThat(second.finds(id)).isTrue();
    var alice = new SessionSelector.BySubject(FrontEnd.ONLY, RedisNodes.ISSUER, "alice");
    assertThat(on(stranger.store().endAll(alice, EndCause.ADMIN)))
        .isEqualTo(new Ended.Done(List.of())); // ended, though unread
    until("it is over everywhere", () -> !first.finds(id) && !second.finds(id));
    until("one revokes", () -> first.revoked().size() + second.revoked().size() == 1);
    assertThat(stranger.events().of(Event.SessionEnded.class))
        .extracting("tokens")
        .containsExactly("sealed");
  }

  @Test
  @Proves("STATE-02")
  void claimsAndLeasesHoldAcrossNodes() {
    var here = node();
    var there = node();
    var until = nodes.clock.instant().plusSeconds(600);
    assertThat(on(here.store().claim("attempt", until))).isEqualTo(Claim.CLAIMED);
    assertThat(on(there.store().claim("attempt", until))).isEqualTo(Claim.ALREADY_CLAIMED);
    var key = RedisNodes.draw().key();
    var held = (Lease.Held) on(here.store().lease(key, Duration.ofSeconds(20)));
    assertThat(on(there.store().lease(key, Duration.ofSeconds(20)))).isEqualTo(new Lease.Busy());
    on(held.release());
    assertThat(on(there.store().lease(key, Duration.ofSeconds(20)))).isInstanceOf(Lease.Held.class);
  }

  @Test
  @Proves({"SES-04", "SES-06"})
  void nodesWithOldAndNewKeysLoseNothing() {
    var next = EncryptionKey.draw(Entropy.secure());
    var before = node(nodes.key, next);
    var after = node(next, nodes.key);
    var old = nodes.starts(before, "alice", "sid-1");
    var young = nodes.starts(after, "alice", "sid-2");
    assertThat(after.finds(old)).isTrue();
    assertThat(before.finds(young)).isTrue();
    var alice = new SessionSelector.BySubject(FrontEnd.ONLY, RedisNodes.ISSUER, "alice");
    var ended = (Ended.Done) on(after.store().endAll(alice, EndCause.ADMIN));
    assertThat(ended.sessions())
        .extracting(Session::key)
        .containsExactlyInAnyOrder(old.key(), young.key());
  }

  @Test
  @Proves("SES-04")
  void aSessionUnderAnUnknownKeyIsKeptForWhoeverHasIt() {
    var here = node();
    var stranger = node(EncryptionKey.draw(Entropy.secure()));
    var id = nodes.starts(here, "alice", "sid-1");
    assertThat(stranger.isUnavailable(id)).isTrue();
    assertThat(stranger.events().of(Event.SessionUnreadable.class)).hasSize(1);
    assertThat(node().finds(id)).isTrue();
  }

  /// T104: what lies in the Redis tells nothing and opens nothing.
  @Test
  @Proves("SES-03")
  void theRedisHoldsNoTokenNoNameAndNoCookie() {
    var here = node();
    var id = nodes.starts(here, "alice-subject", "provider-sid");
    var session = ((Lookup.Live) on(here.store().find(id, false))).session();
    var _ = on(here.store().replace(id, session.with(nodes.tokens("access-secret-1"))));
    var _ = on(here.store().lease(id.key(), Duration.ofSeconds(20)));
    var _ = on(here.store().claim("attempt-value", nodes.clock.instant().plusSeconds(600)));
    var gone = nodes.starts(here, "bob-subject", "other-sid");
    var _ = on(here.store().end(gone.key(), EndCause.LOGOUT));
    var dump = redis.dump();
    assertThat(dump).contains(id.key().value());
    assertThat(dump)
        .doesNotContain(
            "secret", "alice", "bob", "-sid", "attempt", "handle-", "id.test", "claim-of")
        .doesNotContain(id.reveal(), gone.reveal(), session.handle());
    var sealed = redis.does("HGET", "cloakroom:s:{" + id.key().value() + "}", "d").orElseThrow();
    var serverKey = new KeyRingSealer(List.of(nodes.key), Entropy.secure());
    assertThat(serverKey.open(sealed.toBuffer().getBytes(), "session " + id.key().value() + " 1"))
        .as("the server's key without the cookie")
        .isEqualTo(new Sealer.Opened.Broken());
  }

  /// T103: whatever somebody does to a value, it is no session, and no fault.
  @Test
  void whatWasTamperedWithIsNoSession() {
    var here = node();
    var id = nodes.starts(here, "alice", "sid-1");
    var other = nodes.starts(here, "mallory", "sid-2");
    var key = "cloakroom:s:{" + id.key().value() + "}";
    List<Runnable> blows =
        List.of(
            () -> redis.does("HSET", key, "d", "garbage"),
            () -> redis.does("HSET", key, "d", ""),
            () -> redis.does("HSET", key, "v", "7"),
            () -> redis.does("HSET", key, "v", "x"),
            () -> redis.does("HDEL", key, "i"),
            () -> redis.does("RENAME", "cloakroom:s:{" + other.key().value() + "}", key),
            () -> redis.does("SET", key, "a string"),
            () -> redis.does("DEL", key));
    for (var blow : blows) {
      blow.run();
      assertThat(on(node().store().find(id, true))).isEqualTo(new Lookup.Unknown());
    }
  }

  /// T103: nor does it keep anybody from ending a session, or from a new login.
  @Test
  void whatWasTamperedWithKeepsNobodyFromEndingSessions() {
    var here = node();
    var there = node();
    var id = nodes.starts(here, "alice", "sid-1");
    var second = nodes.starts(here, "alice", "sid-2");
    assertThat(there.finds(id)).isTrue();
    var _ = redis.does("SET", "cloakroom:s:{" + id.key().value() + "}", "a string");
    var alice = new SessionSelector.BySubject(FrontEnd.ONLY, RedisNodes.ISSUER, "alice");
    assertThat(on(here.store().list(alice)))
        .isInstanceOfSatisfying(
            SessionStore.Listed.Found.class,
            found ->
                assertThat(found.sessions())
                    .extracting(SessionStore.Seen::key)
                    .containsExactly(second.key()));
    assertThat(on(here.store().replace(id, nodes.session(id, "alice", "sid-1"))))
        .isEqualTo(new Replaced.Gone());
    assertThat(on(here.store().endAll(alice, EndCause.ADMIN))).isInstanceOf(Ended.Done.class);
    until("both are over there", () -> !there.finds(id) && !there.finds(second));
    var third = nodes.starts(there, "alice", "sid-3");
    redis.keys("cloakroom:n:*").forEach(name -> redis.does("SET", name, "a string"));
    assertThat(on(there.store().end(third.key(), EndCause.LOGOUT))).isInstanceOf(Ended.Done.class);
    assertThat(here.finds(nodes.starts(there, "alice", "sid-1"))).isTrue();
    assertThat(there.events().of(Event.Fault.class)).isEmpty();
  }

  /// Anybody in the Redis may publish; what no node said is passed over.
  @Test
  void nonsenseOnTheChannelsDisturbsNobody() {
    var node = node();
    var id = nodes.starts(node, "alice", "sid-1");
    var _ = redis.does("PUBLISH", "cloakroom:changes", "");
    for (var name : redis.keys("cloakroom:beat:*")) {
      for (var nonsense : List.of("", "x y z", "1", "1 x 1", "9".repeat(30) + " 1 1")) {
        var _ = redis.does("PUBLISH", name, nonsense);
      }
    }
    long number = beat();
    until("it beats on, or is cut", () -> beat() > number + 5 || !node.store().isUp());
    assertThat(node.finds(id)).isTrue();
    assertThat(node.events().of(Event.SessionStoreAway.class)).isEmpty();
  }

  /// The number within `line number time`.
  private static long beat() {
    var name = redis.keys("cloakroom:beat:*").getFirst();
    return Long.parseLong(redis.does("GET", name).orElseThrow().toString().split(" ", -1)[1]);
  }
}
