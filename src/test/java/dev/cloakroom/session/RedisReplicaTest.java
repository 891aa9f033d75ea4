package dev.cloakroom.session;

import static dev.cloakroom.world.Waiting.on;
import static dev.cloakroom.world.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import dev.cloakroom.session.SessionStore.Ended;
import dev.cloakroom.session.SessionStore.EndedIf;
import dev.cloakroom.session.SessionStore.Lookup;
import dev.cloakroom.session.SessionStore.Replaced;
import dev.cloakroom.session.SessionStore.Started;
import dev.cloakroom.session.redis.RedisSettings;
import dev.cloakroom.world.RedisProcess;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// `replicas_acked`: a write counts when a replica has it.
class RedisReplicaTest {
  private final RedisProcess redis = RedisProcess.start();
  private final RedisNodes nodes = new RedisNodes();

  @AfterEach
  void leaves() {
    nodes.close();
    redis.close();
  }

  private RedisSettings replicated() {
    return new RedisSettings(
        RedisSettings.Mode.SINGLE,
        List.of(redis.url()),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "cloakroom",
        Duration.ZERO,
        1);
  }

  private RedisProcess replica() {
    var replica = RedisProcess.start("replicaof 127.0.0.1 " + redis.port());
    until("the replica follows", () -> isFollowed());
    return replica;
  }

  private boolean isFollowed() {
    var role = redis.does("INFO", "replication").orElseThrow().toString();
    return role.contains("connected_slaves:1") && role.contains("state=online");
  }

  @Test
  @Proves("SES-05")
  void whatAReplicaHasCounts() {
    try (var replica = replica()) {
      var node = nodes.node(replicated());
      var id = nodes.starts(node, "alice", "sid-1");
      assertThat(replica.keys("cloakroom:s:*")).hasSize(1);
      var read = ((Lookup.Live) on(node.store().find(id, false))).session();
      var next = read.with(nodes.tokens("access-secret-1"));
      assertThat(on(node.store().replace(id, next))).isEqualTo(new Replaced.Stored(next));
      assertThat(on(node.store().end(id.key(), EndCause.LOGOUT)))
          .isEqualTo(new Ended.Done(List.of(next)));
      assertThat(replica.keys("cloakroom:s:*")).isEmpty();
      assertThat(replica.keys("cloakroom:g:*")).hasSize(1);
      assertThat(node.revoked()).as("its caller's to revoke").isEmpty();
    }
  }

  @Test
  @Proves("SES-05")
  void whatNoReplicaHasIsUnavailableAndHoldsUpNobody() {
    var node = nodes.node(replicated());
    var plain = nodes.node(RedisSettings.single(redis.url()));
    var id = nodes.starts(plain, "alice", "sid-1");
    assertThat(node.finds(id)).isTrue();
    var fresh = RedisNodes.draw();
    var starts = node.store().start(fresh, nodes.session(fresh, "bob", "sid-2"), Optional.empty());
    for (int read = 0; read < 100; read++) {
      assertThat(on(node.store().reread(id))).isInstanceOf(Lookup.Live.class);
    }
    assertThat(starts.isComplete()).as("reads do not wait for the replicas").isFalse();
    assertThat(on(starts)).isEqualTo(new Started.Unavailable());
    until("nothing stays of it", () -> redis.keys("cloakroom:s:*").size() == 1);
    var read = ((Lookup.Live) on(node.store().find(id, false))).session();
    var next = read.with(nodes.tokens("access-secret-1"));
    assertThat(on(node.store().replace(id, next))).isEqualTo(new Replaced.Unavailable());
    assertThat(on(node.store().replace(id, next)))
        .as("again")
        .isEqualTo(new Replaced.Unavailable());
    assertThat(node.store().isUp()).isTrue();
    assertThat(node.events().of(Event.SessionStoreAway.class)).isEmpty();
    try (var _ = replica()) {
      assertThat(on(node.store().replace(id, next))).isEqualTo(new Replaced.Stored(next));
    }
  }

  @Test
  @Proves({"SES-05", "SES-10"})
  void anEndThatNoReplicaHasIsDoneHereAndSaidAgainToTheNextServer() {
    var node = nodes.node(replicated());
    var plain = nodes.node(RedisSettings.single(redis.url()));
    var one = nodes.starts(plain, "alice", "sid-1");
    var two = nodes.starts(plain, "bob", "sid-2");
    var three = nodes.starts(plain, "carol", "sid-3");
    assertThat(node.finds(one) && node.finds(two) && node.finds(three)).isTrue();
    List<EndCause> heard = new CopyOnWriteArrayList<>();
    var _ = node.store().watch(one.key(), heard::add);
    var key = "cloakroom:s:{" + one.key().value() + "}";
    var _ = redis.does("COPY", key, "kept");
    assertThat(on(node.store().end(one.key(), EndCause.LOGOUT))).isEqualTo(new Ended.Unavailable());
    assertThat(heard).containsExactly(EndCause.LOGOUT);
    assertThat(on(node.store().find(one, true))).isEqualTo(new Lookup.Gone(EndCause.LOGOUT));
    assertThat(node.revoked()).extracting(Session::key).containsExactly(one.key());
    var bob = new SessionSelector.BySubject(FrontEnd.ONLY, RedisNodes.ISSUER, "bob");
    assertThat(on(node.store().endAll(bob, EndCause.ADMIN))).isEqualTo(new Ended.Unavailable());
    var carol = ((Lookup.Live) on(node.store().find(three, false))).session();
    assertThat(on(node.store().endIf(carol, EndCause.REFRESH_REFUSED)))
        .isEqualTo(new EndedIf.Unavailable());
    assertThat(node.events().of(Event.SessionEnded.class)).hasSize(3);
    // a server takes over that never heard of it
    var _ = redis.does("RENAME", "kept", key);
    var _ = redis.does("DEL", "cloakroom:g:{" + one.key().value() + "}");
    var _ = redis.does("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    until("the end is there again", () -> on(plain.store().reread(one)) instanceof Lookup.Gone);
    until("it is back", () -> node.store().isUp());
    try (var _ = replica()) {
      // what was owed is being said again, and may still wait for a replica before this one
      until(
          "an end counts again",
          () -> on(node.store().end(one.key(), EndCause.LOGOUT)).equals(new Ended.Done(List.of())));
    }
    assertThat(node.events().of(Event.SessionEnded.class)).hasSize(3);
  }
}
