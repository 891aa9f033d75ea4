package dev.cloakroom.session;

import static dev.cloakroom.world.Waiting.on;
import static dev.cloakroom.world.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import dev.cloakroom.session.SessionStore.Lookup;
import dev.cloakroom.session.redis.RedisSettings;
import dev.cloakroom.world.Ports;
import dev.cloakroom.world.RedisProcess;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import redis.embedded.RedisSentinel;

/// A replica takes over, and sentinels say so.
@Tag("long")
class RedisSentinelTest {
  @Test
  @Proves("SES-05")
  void theNextServerIsFoundByAskingTheSentinel() throws IOException {
    int port = Ports.free();
    try (var first = RedisProcess.start();
        var second = RedisProcess.start("replicaof 127.0.0.1 " + first.port());
        var nodes = new RedisNodes()) {
      until("the replica follows", () -> follows(second));
      var sentinel =
          RedisSentinel.newRedisSentinel()
              .bind("127.0.0.1")
              .port(port)
              .masterName("mymaster")
              .masterPort(first.port())
              .quorumSize(1)
              .downAfterMilliseconds(1_000L)
              .failOverTimeout(5_000L)
              .build();
      sentinel.start();
      try {
        takesOver(nodes, port, first, second);
      } finally {
        sentinel.stop();
      }
    }
  }

  private static boolean follows(RedisProcess replica) {
    return replica.does("INFO", "replication").orElseThrow().toString().contains("link_status:up");
  }

  private static void takesOver(
      RedisNodes nodes, int sentinel, RedisProcess first, RedisProcess second) {
    var node = nodes.node(settings(sentinel));
    until("it is there", () -> node.store().isUp());
    var kept = nodes.starts(node, "alice", "sid-1");
    var ended = nodes.starts(node, "bob", "sid-2");
    var _ = on(node.store().end(ended.key(), EndCause.LOGOUT));
    until("the sentinel knows the replica", () -> knowsReplica(sentinel, first));
    first.stop();
    until("it is away", () -> !node.store().isUp());
    until("the next one is found", () -> node.store().isUp());
    assertThat(second.does("ROLE").orElseThrow().get(0).toString()).isEqualTo("master");
    assertThat(on(node.store().reread(kept))).isInstanceOf(Lookup.Live.class);
    var another = nodes.node(settings(sentinel));
    assertThat(on(another.store().find(ended, true))).isEqualTo(new Lookup.Gone(EndCause.LOGOUT));
    assertThat(node.events().of(Event.Fault.class)).isEmpty();
  }

  private static boolean knowsReplica(int sentinel, RedisProcess any) {
    return any.asks(sentinel, "SENTINEL", "REPLICAS", "mymaster").orElseThrow().size() == 1;
  }

  private static RedisSettings settings(int sentinel) {
    return new RedisSettings(
        RedisSettings.Mode.SENTINEL,
        List.of(URI.create("redis://127.0.0.1:" + sentinel)),
        Optional.of("mymaster"),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "cloakroom",
        Duration.ZERO,
        0);
  }
}
