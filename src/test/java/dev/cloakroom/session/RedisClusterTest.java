package dev.cloakroom.session;

import static dev.cloakroom.world.Waiting.on;
import static dev.cloakroom.world.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.session.SessionStore.Ended;
import dev.cloakroom.session.SessionStore.Listed;
import dev.cloakroom.session.SessionStore.Lookup;
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
/// nothing does.
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
      var settings =
          new RedisSettings(
              RedisSettings.Mode.CLUSTER,
              List.of(redis.url()),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              "cloakroom",
              Duration.ZERO,
              0);
      var here = nodes.node(settings);
      var there = nodes.node(settings);
      var id = nodes.starts(here, "alice", "sid-1");
      var other = nodes.starts(there, "alice", "sid-2");
      List<EndCause> heard = new CopyOnWriteArrayList<>();
      var _ = there.store().watch(id.key(), heard::add);
      var read = ((Lookup.Live) on(there.store().find(id, true))).session();
      assertThat(on(here.store().replace(id, read.with(nodes.tokens("next")))))
          .isInstanceOf(Replaced.Stored.class);
      var alice = new SessionSelector.BySubject(RedisNodes.ISSUER, "alice");
      assertThat(((Listed.Found) on(here.store().list(alice))).sessions()).hasSize(2);
      assertThat(on(here.store().endAll(alice, EndCause.ADMIN))).isInstanceOf(Ended.Done.class);
      assertThat(on(there.store().find(id, true))).isEqualTo(new Lookup.Gone(EndCause.ADMIN));
      assertThat(on(there.store().find(other, true))).isEqualTo(new Lookup.Gone(EndCause.ADMIN));
      until("whoever watches hears", () -> heard.equals(List.of(EndCause.ADMIN)));
    }
  }

  private static Object[] join(String first, Object... rest) {
    var all = new Object[rest.length + 1];
    all[0] = first;
    System.arraycopy(rest, 0, all, 1, rest.length);
    return all;
  }
}
