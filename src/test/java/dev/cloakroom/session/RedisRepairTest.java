package dev.cloakroom.session;

import static dev.cloakroom.world.Waiting.on;
import static dev.cloakroom.world.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import dev.cloakroom.session.RedisNodes.Node;
import dev.cloakroom.session.SessionStore.Ended;
import dev.cloakroom.session.SessionStore.EndedIf;
import dev.cloakroom.session.SessionStore.Lease;
import dev.cloakroom.session.SessionStore.Lookup;
import dev.cloakroom.session.SessionStore.Replaced;
import dev.cloakroom.session.redis.RedisSettings;
import dev.cloakroom.world.Detour;
import dev.cloakroom.world.RedisProcess;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What was done although its answer was lost is done once, and told once.
class RedisRepairTest {
  private static final Duration LIFE = Duration.ofSeconds(20);

  private final RedisProcess redis = RedisProcess.start();
  private final Detour detour = Detour.to(redis.port());
  private final RedisNodes nodes = new RedisNodes();

  @AfterEach
  void leaves() {
    nodes.close();
    detour.close();
    redis.close();
  }

  private Node afar() {
    return nodes.node(RedisSettings.single(detour.url("redis")));
  }

  private Node close() {
    return nodes.node(RedisSettings.single(redis.url()));
  }

  private void isHeardAgain(Node node) {
    detour.loses(Detour.Loss.NOTHING);
    until("it is back", () -> node.store().isUp());
  }

  @Test
  @Proves("SES-10")
  void anEndWhoseAnswerWasLostIsToldOnceAndItsTokensAreRevokedOnce() {
    var node = afar();
    var other = close();
    var id = nodes.starts(node, "alice", "sid-1");
    assertThat(other.finds(id)).isTrue();
    detour.loses(Detour.Loss.ANSWERS);
    assertThat(on(node.store().end(id.key(), EndCause.LOGOUT))).isEqualTo(new Ended.Unavailable());
    assertThat(on(other.store().reread(id))).isEqualTo(new Lookup.Gone(EndCause.LOGOUT));
    assertThat(node.events().of(Event.SessionEnded.class)).isEmpty();
    isHeardAgain(node);
    var _ = on(node.store().end(id.key(), EndCause.LOGOUT));
    assertThat(node.events().of(Event.SessionEnded.class))
        .extracting("tokens")
        .containsExactly("open");
    assertThat(node.revoked()).extracting(Session::key).containsExactly(id.key());
    assertThat(other.events().of(Event.SessionEnded.class)).isEmpty();
    assertThat(other.revoked()).isEmpty();
  }

  @Test
  @Proves("SES-10")
  void everySessionOfAUserWhoseEndWentUnansweredIsToldOnce() {
    var node = afar();
    var other = close();
    var first = nodes.starts(node, "alice", "sid-1");
    var second = nodes.starts(other, "alice", "sid-2");
    var alice = new SessionSelector.BySubject(FrontEnd.ONLY, RedisNodes.ISSUER, "alice");
    detour.loses(Detour.Loss.EVERYTHING);
    assertThat(on(node.store().endAll(alice, EndCause.ADMIN))).isEqualTo(new Ended.Unavailable());
    assertThat(on(node.store().find(first, true))).isEqualTo(new Lookup.Gone(EndCause.ADMIN));
    isHeardAgain(node);
    assertThat(on(other.store().reread(first))).isEqualTo(new Lookup.Gone(EndCause.ADMIN));
    assertThat(on(other.store().reread(second))).isEqualTo(new Lookup.Gone(EndCause.ADMIN));
    assertThat(node.events().of(Event.SessionEnded.class)).hasSize(2);
    assertThat(node.revoked()).extracting(Session::key).containsExactly(first.key());
    until("whoever holds the other open revokes it", () -> other.revoked().size() == 1);
  }

  @Test
  @Proves("RT-08")
  void anEndOfTheVersionThatWasReadIsToldOnceToo() {
    var node = afar();
    var other = close();
    var id = nodes.starts(node, "alice", "sid-1");
    var read = ((Lookup.Live) on(node.store().find(id, false))).session();
    detour.loses(Detour.Loss.ANSWERS);
    assertThat(on(node.store().endIf(read, EndCause.REFRESH_REFUSED)))
        .isEqualTo(new EndedIf.Unavailable());
    assertThat(other.finds(id)).isFalse();
    isHeardAgain(node);
    assertThat(node.events().of(Event.SessionEnded.class)).hasSize(1);
    assertThat(on(node.store().endIf(read, EndCause.REFRESH_REFUSED)))
        .isEqualTo(new EndedIf.Done());
    assertThat(node.events().of(Event.SessionEnded.class)).hasSize(1);
  }

  @Test
  @Proves("SES-01")
  void anExpiryWhoseAnswerWasLostIsToldOnce() {
    var node = afar();
    var other = close();
    var id = nodes.starts(node, "alice", "sid-1");
    nodes.clock.advance(RedisNodes.IDLE.plusSeconds(2));
    detour.losesTheAnswerTo("'ended'");
    on(node.store().sweep());
    assertThat(node.events().of(Event.SessionEnded.class)).isEmpty();
    assertThat(other.finds(id)).isFalse();
    until("it is told", () -> node.events().of(Event.SessionEnded.class).size() == 1);
    assertThat(node.events().of(Event.SessionEnded.class)).extracting("cause").contains("IDLE");
    on(node.store().sweep());
    assertThat(node.events().of(Event.SessionEnded.class)).hasSize(1);
    assertThat(other.events().of(Event.SessionEnded.class)).isEmpty();
    assertThat(node.revoked()).as("nobody asked for that").isEmpty();
  }

  /// The line is there all the while: nobody connects anew, and yet the end is made good.
  @Test
  @Proves("SES-10")
  void anEndThatMetAPauseIsMadeGoodWithoutANewConnection() {
    var node = close();
    var id = nodes.starts(node, "alice", "sid-1");
    var _ = redis.does("CLIENT", "PAUSE", "1100");
    assertThat(on(node.store().end(id.key(), EndCause.LOGOUT))).isEqualTo(new Ended.Unavailable());
    until("it is told", () -> node.events().of(Event.SessionEnded.class).size() == 1);
    until("its tokens are revoked", () -> node.revoked().size() == 1);
    assertThat(on(close().store().find(id, true))).isEqualTo(new Lookup.Gone(EndCause.LOGOUT));
    assertThat(node.events().of(Event.SessionStoreAway.class)).isEmpty();
  }

  @Test
  @Proves("STATE-02")
  void aLeaseWhoseAnswerWasLostIsTheSameNodesAtOnce() {
    var node = afar();
    var other = close();
    var key = RedisNodes.draw().key();
    detour.loses(Detour.Loss.ANSWERS);
    assertThat(on(node.store().lease(key, LIFE))).isEqualTo(new Lease.Unavailable());
    until("nobody asks any more", () -> !node.store().isUp());
    assertThat(on(node.store().lease(key, LIFE))).isEqualTo(new Lease.Unavailable());
    assertThat(on(other.store().lease(key, LIFE))).isEqualTo(new Lease.Busy());
    isHeardAgain(node);
    nodes.clock.advance(Duration.ofSeconds(2)); // unsaved tokens first
    var held = (Lease.Held) on(node.store().lease(key, LIFE));
    assertThat(on(node.store().lease(key, LIFE))).as("one caller").isEqualTo(new Lease.Busy());
    assertThat(on(other.store().lease(key, LIFE))).isEqualTo(new Lease.Busy());
    on(held.release());
    assertThat(on(other.store().lease(key, LIFE))).isInstanceOf(Lease.Held.class);
    on(held.release());
    assertThat(on(node.store().lease(key, LIFE))).as("another's").isEqualTo(new Lease.Busy());
  }

  @Test
  @Proves("RT-08")
  void newTokensWhoseAnswerWasLostAreStoredOnce() {
    var node = afar();
    var id = nodes.starts(node, "alice", "sid-1");
    var read = ((Lookup.Live) on(node.store().find(id, false))).session();
    var next = read.with(nodes.tokens("access-secret-1"));
    detour.loses(Detour.Loss.ANSWERS);
    assertThat(on(node.store().replace(id, next))).isEqualTo(new Replaced.Unavailable());
    isHeardAgain(node);
    assertThat(on(node.store().replace(id, next))).isEqualTo(new Replaced.Stored(next));
    assertThat(on(close().store().find(id, false)))
        .isInstanceOfSatisfying(
            Lookup.Live.class, live -> assertThat(live.session()).isEqualTo(next));
  }

  @Test
  @Proves("SES-05")
  void aStartWhoseAnswerWasLostIsUnavailable() {
    var node = afar();
    var id = RedisNodes.draw();
    detour.loses(Detour.Loss.EVERYTHING);
    assertThat(on(node.store().start(id, nodes.session(id, "alice", "sid"), Optional.empty())))
        .isInstanceOf(SessionStore.Started.Unavailable.class);
    isHeardAgain(node);
    assertThat(node.finds(nodes.starts(node, "alice", "sid-1"))).isTrue();
  }

  private static List<SessionStore.Seen> ofAlice(Node node) {
    var alice = new SessionSelector.BySubject(FrontEnd.ONLY, RedisNodes.ISSUER, "alice");
    return ((SessionStore.Listed.Found) on(node.store().list(alice))).sessions();
  }

  /// Nobody was told its id, so nobody could ever end it.
  @Test
  @Proves("SES-05")
  void aStartWhoseAnswerWasLostLeavesNoSessionBehind() {
    var node = afar();
    var other = close();
    var id = RedisNodes.draw();
    detour.losesTheAnswerTo("return {'stored'}");
    assertThat(on(node.store().start(id, nodes.session(id, "alice", "sid"), Optional.empty())))
        .isInstanceOf(SessionStore.Started.Unavailable.class);
    until("the session without an owner is gone", () -> ofAlice(other).isEmpty());
    assertThat(other.finds(id)).isFalse();
  }

  private static SessionStore.Redeemed redeems(Node node, SessionId from, SessionId to) {
    var waiting = ((Lookup.Live) on(node.store().reread(from))).session();
    return on(node.store().redeem(to, waiting.under(to.key(), waiting.expiresAt()), waiting.key()));
  }

  @Test
  @Proves("SES-05")
  void aRedemptionThatGotNoFurtherThanAnEndNobodyConfirmedLeavesNoSession() {
    var node = afar();
    var other = close();
    var from = nodes.starts(node, "alice", "sid-1");
    var to = RedisNodes.draw();
    detour.losesTheAnswerTo("REDEEMED");
    assertThat(redeems(node, from, to)).isEqualTo(new SessionStore.Redeemed.Unavailable());
    until("it is made good", () -> !node.revoked().isEmpty());
    assertThat(node.revoked()).extracting(Session::key).containsExactly(from.key());
    assertThat(node.revokedFor()).containsExactly(EndCause.EVICTED);
    assertThat(on(other.store().reread(from))).isEqualTo(new Lookup.Gone(EndCause.REDEEMED));
    assertThat(ofAlice(other)).isEmpty();
  }

  @Test
  @Proves("SES-05")
  void aRedemptionWhoseStartWasNotConfirmedLeavesNoSessionWithoutAnOwner() {
    var node = afar();
    var other = close();
    var from = nodes.starts(node, "alice", "sid-1");
    var to = RedisNodes.draw();
    detour.losesTheAnswerTo("return {'stored'}");
    assertThat(redeems(node, from, to)).isEqualTo(new SessionStore.Redeemed.Lost());
    until("the session without an owner is gone", () -> ofAlice(other).isEmpty());
    assertThat(other.finds(to)).isFalse();
    assertThat(on(other.store().reread(from))).isEqualTo(new Lookup.Gone(EndCause.REDEEMED));
  }

  /// The end is on its way while the code is redeemed by another node.
  @Test
  @Proves("SES-10")
  void anEndThatIsMadeGoodAfterARedemptionElsewhereEndsWhatCameOfIt() {
    var node = afar();
    var other = close();
    var from = nodes.starts(node, "alice", "sid-1");
    var to = RedisNodes.draw();
    detour.loses(Detour.Loss.EVERYTHING);
    assertThat(on(node.store().end(from.key(), EndCause.ADMIN))).isEqualTo(new Ended.Unavailable());
    assertThat(redeems(other, from, to)).isInstanceOf(SessionStore.Redeemed.Stored.class);
    isHeardAgain(node);
    until("it is made good", () -> !other.finds(to));
    assertThat(on(other.store().reread(to))).isEqualTo(new Lookup.Gone(EndCause.ADMIN));
    until("its tokens are revoked", () -> other.revoked().size() == 1);
  }
}
