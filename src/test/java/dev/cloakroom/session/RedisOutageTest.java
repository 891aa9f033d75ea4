package dev.cloakroom.session;

import static dev.cloakroom.world.Waiting.on;
import static dev.cloakroom.world.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.crypto.Secret;
import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import dev.cloakroom.session.RedisNodes.Node;
import dev.cloakroom.session.SessionStore.Ended;
import dev.cloakroom.session.SessionStore.Lease;
import dev.cloakroom.session.SessionStore.Lookup;
import dev.cloakroom.session.redis.RedisSettings;
import dev.cloakroom.world.RedisProcess;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// T102: the ways in which a Redis is not there, and the way back from each.
class RedisOutageTest {
  private final RedisProcess redis = RedisProcess.start();
  private final RedisNodes nodes = new RedisNodes();

  @AfterEach
  void leaves() {
    nodes.close();
    redis.close();
  }

  private Node node() {
    return nodes.node(RedisSettings.single(redis.url()));
  }

  private static RedisSettings settings(
      RedisProcess redis, Optional<Secret> password, Duration grace) {
    return new RedisSettings(
        RedisSettings.Mode.SINGLE,
        List.of(redis.url()),
        Optional.empty(),
        Optional.empty(),
        password,
        Optional.empty(),
        "cloakroom",
        grace,
        0);
  }

  @Test
  @Proves("SES-05")
  void aStoreThatStartsWithoutItsRedisWaitsForIt() {
    redis.stop();
    var node = node();
    var id = RedisNodes.draw();
    assertThat(node.isUnavailable(id)).isTrue();
    assertThat(node.store().isUp()).isFalse();
    redis.startAgain();
    until("it is there", () -> node.store().isUp());
    assertThat(node.finds(nodes.starts(node, "alice", "sid-1"))).isTrue();
    assertThat(node.events().of(Event.SessionStoreAway.class)).hasSize(1);
    assertThat(node.events().of(Event.SessionStoreBack.class)).hasSize(1);
  }

  @Test
  @Proves("SES-05")
  void theFirstCallAfterARestartMeetsNoDeadConnection() {
    var node = node();
    var lost = nodes.starts(node, "alice", "sid-1");
    redis.stop();
    until("it is away", () -> !node.store().isUp());
    assertThat(node.isUnavailable(lost)).isTrue();
    redis.startAgain();
    until("it is back", () -> node.store().isUp());
    assertThat(on(node.store().find(lost, true))).isEqualTo(new Lookup.Unknown());
    assertThat(node.finds(nodes.starts(node, "alice", "sid-2"))).isTrue();
  }

  /// No answer and no error: what a dropped route looks like.
  @Test
  @Proves("SES-05")
  void aSilentRedisIsGivenUpAfterASecondAndFoundAgain() {
    var node = node();
    var stranger = node();
    var id = nodes.starts(node, "alice", "sid-1");
    var _ = redis.does("CLIENT", "PAUSE", "4000");
    assertThat(stranger.isUnavailable(id)).isTrue();
    until("nobody asks any more", () -> !stranger.store().isUp());
    var asked = stranger.store().find(id, false);
    assertThat(asked.isComplete()).as("at once").isTrue();
    until("it is back", () -> stranger.store().isUp());
    assertThat(stranger.finds(id)).isTrue();
  }

  /// A connection that ends takes along what was asked and not answered: an outage, and no fault.
  @Test
  @Proves("SES-05")
  void whoeverWaitsWhenTheConnectionEndsHearsOfAnOutage() {
    var node = node();
    var _ = redis.does("CLIENT", "PAUSE", "60000");
    var asked = node.store().find(RedisNodes.draw(), true);
    redis.stop();
    assertThat(on(asked)).isEqualTo(new Lookup.Unavailable());
    until("it is away", () -> !node.store().isUp());
    assertThat(node.events().of(Event.Fault.class)).isEmpty();
  }

  @Test
  @Proves("SES-05")
  void aServerThatOnlyReadsIsFoundOutWithoutAsking() {
    var node = node();
    var id = nodes.starts(node, "alice", "sid-1");
    var _ = redis.does("REPLICAOF", "127.0.0.1", "1");
    until("it is away", () -> !node.store().isUp());
    assertThat(node.isUnavailable(RedisNodes.draw())).isTrue();
    var _ = redis.does("REPLICAOF", "NO", "ONE");
    until("it is back", () -> node.store().isUp());
    assertThat(node.finds(id)).isTrue();
    assertThat(node.events().of(Event.SessionStoreAway.class))
        .extracting("problem")
        .containsExactly("readonly");
  }

  @Test
  @Proves("SES-05")
  void aWrongPasswordIsSaidAndNotRepeatedForEver() {
    var _ = redis.does("CONFIG", "SET", "requirepass", "right-password");
    var node = nodes.node(settings(redis, Optional.of(Secret.of("wrong-password")), Duration.ZERO));
    assertThat(node.isUnavailable(RedisNodes.draw())).isTrue();
    assertThat(node.events().of(Event.SessionStoreAway.class))
        .extracting("problem")
        .containsExactly("wrongpass");
    var good = nodes.node(settings(redis, Optional.of(Secret.of("right-password")), Duration.ZERO));
    assertThat(good.finds(nodes.starts(good, "alice", "sid-1"))).isTrue();
    var _ = redis.doesAs("right-password", "CONFIG", "SET", "requirepass", "wrong-password");
    until("it is back", () -> node.store().isUp());
    var _ = redis.doesAs("wrong-password", "CONFIG", "SET", "requirepass", "");
  }

  @Test
  @Proves({"SES-05", "SES-10"})
  void anEndAskedForDuringAnOutageIsMadeGood() {
    var here = node();
    var there = node();
    var id = nodes.starts(here, "alice", "sid-1");
    var bySid = nodes.starts(here, "bob", "sid-2");
    assertThat(there.finds(id)).isTrue();
    List<EndCause> heard = new CopyOnWriteArrayList<>();
    var _ = here.store().watch(id.key(), heard::add);
    var _ = redis.does("REPLICAOF", "127.0.0.1", "1");
    until("it is away", () -> !here.store().isUp());
    assertThat(on(here.store().end(id.key(), EndCause.LOGOUT))).isEqualTo(new Ended.Unavailable());
    var sid = new SessionSelector.BySid(FrontEnd.ONLY, RedisNodes.ISSUER, "sid-2");
    assertThat(on(here.store().endAll(sid, EndCause.BACK_CHANNEL)))
        .isEqualTo(new Ended.Unavailable());
    assertThat(heard).as("here at once").containsExactly(EndCause.LOGOUT);
    assertThat(on(here.store().find(id, true))).isEqualTo(new Lookup.Gone(EndCause.LOGOUT));
    var _ = redis.does("REPLICAOF", "NO", "ONE");
    until("both are back", () -> here.store().isUp() && there.store().isUp());
    assertThat(on(there.store().reread(id))).isEqualTo(new Lookup.Gone(EndCause.LOGOUT));
    assertThat(on(there.store().reread(bySid))).isEqualTo(new Lookup.Gone(EndCause.BACK_CHANNEL));
  }

  /// A server that takes over may not have heard of the last writes.
  @Test
  @Proves("SES-10")
  void anEndThatTheNextServerMissedIsSaidAgain() {
    var node = node();
    var id = nodes.starts(node, "alice", "sid-1");
    var key = "cloakroom:s:{" + id.key().value() + "}";
    var _ = redis.does("RENAME", key, "kept");
    var _ = redis.does("COPY", "kept", key);
    var _ = on(node.store().end(id.key(), EndCause.LOGOUT));
    var _ = redis.does("RENAME", "kept", key);
    var _ = redis.does("DEL", "cloakroom:g:{" + id.key().value() + "}");
    var _ = redis.does("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    var another = node();
    until("the end is there again", () -> !another.finds(id));
    assertThat(on(another.store().find(id, true))).isEqualTo(new Lookup.Gone(EndCause.LOGOUT));
  }

  /// Nor may it keep a code from being redeemed whose session was over.
  @Test
  @Proves("SES-10")
  void anEndThatTheNextServerMissedReachesWhatTookThePlaceOfTheSessionMeanwhile() {
    var node = node();
    var another = node();
    var from = nodes.starts(node, "alice", "sid-1");
    var slot = "{" + from.key().value() + "}";
    var waited = ((Lookup.Live) on(node.store().reread(from))).session();
    var _ = redis.does("COPY", "cloakroom:s:" + slot, "kept");
    var _ = on(node.store().end(from.key(), EndCause.ADMIN));
    var _ = redis.does("RENAME", "kept", "cloakroom:s:" + slot);
    var _ = redis.does("DEL", "cloakroom:g:" + slot, "cloakroom:e:" + slot);
    var to = RedisNodes.draw();
    var session = waited.under(to.key(), waited.expiresAt());
    assertThat(on(another.store().redeem(to, session, from.key())))
        .isInstanceOf(SessionStore.Redeemed.Stored.class);
    var _ = redis.does("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    until("the end is there again", () -> !another.finds(to) && another.store().isUp());
    until("it is known why", () -> isGone(another, to, EndCause.ADMIN));
  }

  private static boolean isGone(Node node, SessionId id, EndCause cause) {
    return on(node.store().find(id, false)).equals(new Lookup.Gone(cause));
  }

  @Test
  void aNodeMayServeWhatItServedForAWhile() {
    var patient = nodes.node(settings(redis, Optional.empty(), Duration.ofMinutes(1)));
    var id = nodes.starts(patient, "alice", "sid-1");
    var ended = nodes.starts(patient, "bob", "sid-2");
    redis.stop();
    until("it is away", () -> !patient.store().isUp());
    assertThat(patient.finds(id)).isTrue();
    assertThat(patient.store().peek(id, true)).isNotNull();
    var _ = on(patient.store().end(ended.key(), EndCause.LOGOUT));
    assertThat(patient.finds(ended)).isFalse();
    assertThat(patient.isUnavailable(RedisNodes.draw())).isTrue();
    nodes.clock.advance(Duration.ofMinutes(1));
    assertThat(patient.isUnavailable(id)).isTrue();
  }

  @Test
  void whoeverKeptNewTokensDuringTheOutageGoesFirst() {
    var node = node();
    var key = RedisNodes.draw().key();
    redis.stop();
    until("it is away", () -> !node.store().isUp());
    assertThat(on(node.store().lease(key, Duration.ofSeconds(20))))
        .isEqualTo(new Lease.Unavailable());
    redis.startAgain();
    until("it is back", () -> node.store().isUp());
    assertThat(on(node.store().lease(key, Duration.ofSeconds(20)))).isEqualTo(new Lease.Busy());
    nodes.clock.advance(Duration.ofSeconds(2));
    assertThat(on(node.store().lease(key, Duration.ofSeconds(20)))).isInstanceOf(Lease.Held.class);
  }
}
