package dev.cloakroom.session;

import static dev.cloakroom.world.Waiting.on;
import static dev.cloakroom.world.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.crypto.Secret;
import dev.cloakroom.house.Proves;
import dev.cloakroom.observe.Event;
import dev.cloakroom.session.RedisNodes.Node;
import dev.cloakroom.session.redis.RedisSettings;
import dev.cloakroom.world.Detour;
import dev.cloakroom.world.PemFiles;
import dev.cloakroom.world.RedisProcess;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// T102, continued: a server that is there and does not serve, and the way to one that is not.
class RedisTroubleTest {
  private final RedisNodes nodes = new RedisNodes();

  @AfterEach
  void leaves() {
    nodes.close();
  }

  private static RedisSettings settings(
      URI url, Optional<String> user, Optional<Secret> password, Optional<Path> ca) {
    return new RedisSettings(
        RedisSettings.Mode.SINGLE,
        List.of(url),
        Optional.empty(),
        user,
        password,
        ca,
        "cloakroom",
        Duration.ZERO,
        0);
  }

  /// It is away for one reason, says so once, answers at once, and comes back by itself.
  private static void isAway(Node node, SessionId id, String problem) {
    until("it is said", () -> !node.events().of(Event.SessionStoreAway.class).isEmpty());
    assertThat(node.store().isUp()).isFalse();
    var asked = node.store().find(id, false);
    assertThat(asked.isComplete()).as("at once").isTrue();
    assertThat(asked.result()).isEqualTo(new SessionStore.Lookup.Unavailable());
    assertThat(node.events().of(Event.SessionStoreAway.class))
        .extracting("problem")
        .containsExactly(problem);
  }

  private static void isBack(Node node, SessionId id) {
    until("it is back", () -> node.store().isUp());
    assertThat(node.finds(id)).isTrue();
    assertThat(node.events().of(Event.SessionStoreBack.class)).hasSize(1);
    assertThat(node.events().of(Event.Fault.class)).isEmpty();
  }

  @Test
  @Proves("SES-05")
  void aServerThatIsFullIsAwayUntilThereIsRoom() {
    try (var redis = RedisProcess.start()) {
      var node = nodes.node(RedisSettings.single(redis.url()));
      var id = nodes.starts(node, "alice", "sid-1");
      var _ = redis.does("CONFIG", "SET", "maxmemory", "1mb");
      var _ = redis.does("CONFIG", "SET", "maxmemory", "1");
      isAway(node, id, "oom");
      var _ = redis.does("CONFIG", "SET", "maxmemory", "0");
      isBack(node, id);
    }
  }

  @Test
  @Proves("SES-05")
  void aUserWhoMayNotRunScriptsIsAwayUntilHeMay() {
    try (var redis = RedisProcess.start()) {
      var _ = redis.does("ACL", "SETUSER", "gateway", "on", ">secret", "~*", "&*", "+@all");
      var node =
          nodes.node(
              settings(
                  redis.url(),
                  Optional.of("gateway"),
                  Optional.of(Secret.of("secret")),
                  Optional.empty()));
      var id = nodes.starts(node, "alice", "sid-1");
      var _ = redis.does("ACL", "SETUSER", "gateway", "-eval");
      isAway(node, id, "noperm");
      var _ = redis.does("ACL", "SETUSER", "gateway", "+eval");
      isBack(node, id);
    }
  }

  @Test
  @Proves("SES-05")
  void aServerThatStillReadsItsFileIsAwayUntilItHas(@TempDir Path directory) throws Exception {
    try (var redis =
            RedisProcess.start("dir " + directory, "rdbcompression no", "key-load-delay 1000");
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var node = nodes.node(RedisSettings.single(redis.url()));
      var id = nodes.starts(node, "alice", "sid-1");
      var _ = redis.does("DEBUG", "POPULATE", "3000", "other", "5000");
      var reload = threads.submit(() -> redis.does("DEBUG", "RELOAD"));
      isAway(node, id, "loading");
      var _ = reload.get();
      isBack(node, id);
    }
  }

  /// A dropped route: no answer, no error, no end.
  @Test
  @Proves("SES-05")
  void aWayThatSwallowsEverythingIsGivenUpAndFoundAgain() {
    try (var redis = RedisProcess.start();
        var detour = Detour.to(redis.port())) {
      var node = nodes.node(RedisSettings.single(detour.url("redis")));
      var id = nodes.starts(node, "alice", "sid-1");
      assertThat(node.store().peek(id, false)).isNotNull();
      detour.loses(Detour.Loss.EVERYTHING);
      assertThat(on(node.store().reread(id))).isEqualTo(new SessionStore.Lookup.Unavailable());
      isAway(node, id, "silent");
      assertThat(node.store().peek(id, false)).as("not believed any more").isNull();
      detour.loses(Detour.Loss.NOTHING);
      isBack(node, id);
    }
  }

  @Test
  @Proves("SES-05")
  void aServerIsSpokenToOverTlsAsItsOwnAuthoritySays() {
    var certificate = PemFiles.made();
    try (var redis = RedisProcess.start();
        var detour = Detour.to(redis.port(), certificate)) {
      var url = detour.url("rediss");
      var node = node(url, Optional.of(certificate.certificate()));
      var id = nodes.starts(node, "alice", "sid-1");
      assertThat(node.finds(id)).isTrue();
      var usual = node(url, Optional.empty());
      var another = node(url, Optional.of(PemFiles.made().certificate()));
      for (var stranger : List.of(usual, another)) {
        isAway(stranger, id, "unreachable");
      }
    }
  }

  private Node node(URI url, Optional<Path> ca) {
    return nodes.node(settings(url, Optional.empty(), Optional.empty(), ca));
  }
}
