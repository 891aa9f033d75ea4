package dev.cloakroom.session;

import static dev.cloakroom.world.Waiting.on;
import static dev.cloakroom.world.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import dev.cloakroom.session.SessionStore.Ended;
import dev.cloakroom.session.SessionStore.Listed;
import dev.cloakroom.session.SessionStore.Lookup;
import dev.cloakroom.session.SessionStore.Redeemed;
import dev.cloakroom.session.SessionStore.Replaced;
import dev.cloakroom.session.redis.RedisSettings;
import dev.cloakroom.world.RedisProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A cluster refuses whatever touches two hash slots at once, so one server in that mode shows that
/// nothing does; two show that what moves is found.
class RedisClusterTest {
  @Test
  void everyStepStaysInOneHashSlot(@TempDir Path directory) {
    try (var redis = RedisProcess.start("cluster-enabled yes", "dir " + directory);
        var nodes = new RedisNodes()) {
      var _ = redis.does("CLUSTER", join("ADDSLOTS", IntStream.range(0, 16_384).boxed().toArray()));
      until(
          "it is a cluster",
          () ->
              redis.does("CLUSTER", "INFO").orElseThrow().toString().contains("cluster_state:ok"));
      var settings = cluster(redis);
      var here = nodes.node(settings);
      var there = nodes.node(settings);
      var id = nodes.starts(here, "alice", "sid-1");
      var other = nodes.starts(there, "alice", "sid-2");
      List<EndCause> heard = new CopyOnWriteArrayList<>();
      var _ = there.store().watch(id.key(), heard::add);
      var read = ((Lookup.Live) on(there.store().find(id, true))).session();
      assertThat(on(here.store().replace(id, read.with(nodes.tokens("next")))))
          .isInstanceOf(Replaced.Stored.class);
      var waited = ((Lookup.Live) on(there.store().find(other, true))).session();
      var own = RedisNodes.draw();
      var session = waited.under(own.key(), waited.expiresAt());
      assertThat(on(there.store().redeem(own, session, other.key())))
          .isInstanceOf(Redeemed.Stored.class);
      var alice = new SessionSelector.BySubject(FrontEnd.ONLY, RedisNodes.ISSUER, "alice");
      assertThat(((Listed.Found) on(here.store().list(alice))).sessions()).hasSize(2);
      assertThat(on(here.store().endAll(alice, EndCause.ADMIN))).isInstanceOf(Ended.Done.class);
      assertThat(on(there.store().find(id, true))).isEqualTo(new Lookup.Gone(EndCause.ADMIN));
      assertThat(on(there.store().find(own, true))).isEqualTo(new Lookup.Gone(EndCause.ADMIN));
      assertThat(on(there.store().find(other, true))).isEqualTo(new Lookup.Gone(EndCause.REDEEMED));
      until("whoever watches hears", () -> heard.equals(List.of(EndCause.ADMIN)));
    }
  }

  /// What a client knows of the slots is out of date as soon as one moves.
  @Test
  @Proves("SES-05")
  void aSessionIsFoundWhereItsSlotHasMoved(@TempDir Path one, @TempDir Path two) {
    try (var first = RedisProcess.start("cluster-enabled yes", "dir " + one);
        var second = RedisProcess.start("cluster-enabled yes", "dir " + two);
        var nodes = new RedisNodes()) {
      var _ = first.does("CLUSTER", join("ADDSLOTS", slots(0, 8_192)));
      var _ = second.does("CLUSTER", join("ADDSLOTS", slots(8_192, 16_384)));
      var _ = first.does("CLUSTER", "MEET", "127.0.0.1", second.port());
      until("they are one cluster", () -> isWhole(first) && isWhole(second));
      var node = nodes.node(cluster(first));
      var ids = IntStream.range(0, 8).mapToObj(i -> nodes.starts(node, "alice", "s" + i)).toList();
      for (var id : ids) {
        assertThat(node.finds(id)).isTrue();
        moves(first, second, "cloakroom:s:{" + id.key().value() + "}");
        assertThat(node.finds(id)).as("where it is now").isTrue();
      }
      assertThat(second.keys("cloakroom:s:*")).hasSize(ids.size());
      var alice = new SessionSelector.BySubject(FrontEnd.ONLY, RedisNodes.ISSUER, "alice");
      assertThat(((Ended.Done) on(node.store().endAll(alice, EndCause.ADMIN))).sessions())
          .hasSize(ids.size());
      assertThat(node.events().of(Event.Fault.class)).isEmpty();
    }
  }

  private static Object[] slots(int from, int to) {
    return IntStream.range(from, to).boxed().toArray();
  }

  private static boolean isWhole(RedisProcess server) {
    var state = server.does("CLUSTER", "INFO").orElseThrow().toString();
    return state.contains("cluster_state:ok") && state.contains("cluster_known_nodes:2");
  }

  /// Moves the slot of a key with all that is in it.
  private static void moves(RedisProcess from, RedisProcess to, String key) {
    var slot = from.does("CLUSTER", "KEYSLOT", key).orElseThrow().toString();
    if (Integer.parseInt(slot) >= 8_192) {
      return; // is there already
    }
    var source = from.does("CLUSTER", "MYID").orElseThrow().toString();
    var target = to.does("CLUSTER", "MYID").orElseThrow().toString();
    var _ = to.does("CLUSTER", "SETSLOT", slot, "IMPORTING", source);
    var _ = from.does("CLUSTER", "SETSLOT", slot, "MIGRATING", target);
    from.does("CLUSTER", "GETKEYSINSLOT", slot, 100)
        .orElseThrow()
        .forEach(
            name -> {
              var _ = from.does("MIGRATE", "127.0.0.1", to.port(), name, 0, 5_000);
            });
    var _ = to.does("CLUSTER", "SETSLOT", slot, "NODE", target);
    var _ = from.does("CLUSTER", "SETSLOT", slot, "NODE", target);
  }

  private static RedisSettings cluster(RedisProcess any) {
    return new RedisSettings(
        RedisSettings.Mode.CLUSTER,
        List.of(any.url()),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "cloakroom",
        Duration.ZERO,
        0);
  }

  private static Object[] join(String first, Object... rest) {
    var all = new Object[rest.length + 1];
    all[0] = first;
    System.arraycopy(rest, 0, all, 1, rest.length);
    return all;
  }
}
