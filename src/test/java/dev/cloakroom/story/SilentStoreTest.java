package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.crypto.EncryptionKey;
import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.house.Proves;
import dev.cloakroom.session.redis.RedisSettings;
import dev.cloakroom.world.Detour;
import dev.cloakroom.world.RawClient;
import dev.cloakroom.world.RawMessage;
import dev.cloakroom.world.RedisProcess;
import dev.cloakroom.world.Waiting;
import dev.cloakroom.world.World;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The store is behind a network that swallows everything for a while.
class SilentStoreTest {
  private static final RedisProcess REDIS = RedisProcess.start();
  private static final Detour WAY = Detour.to(REDIS.port());

  @RegisterExtension
  final World world =
      new World(
          config ->
              config.redis(
                  RedisSettings.single(WAY.url("redis")),
                  EncryptionKey.draw(Entropy.secure()).encoded()));

  @AfterAll
  static void stops() {
    WAY.close();
    REDIS.close();
  }

  private RawMessage ready() {
    try (var client = RawClient.to(world.gateway().managementPort())) {
      return client.sends("GET /readyz HTTP/1.1\nHost: localhost\n\n").answer();
    }
  }

  private static String store(RawMessage ready) {
    return new JsonObject(ready.text()).getString("store");
  }

  @Test
  @Proves({"SES-05", "OPS-04"})
  void whoIsLoggedInStaysSoThroughAnOutageAndTheLoadBalancerKnowsOfIt() {
    var alice = world.alice().logsIn();
    alice.fetches("/api/orders").answers(200);
    assertThat(store(ready())).isEqualTo("ok");
    var cookie = alice.sessionValue();
    WAY.loses(Detour.Loss.EVERYTHING);
    try {
      Waiting.until("the outage is noticed", () -> alice.fetches("/api/orders").status() == 503);
      var refused = alice.fetches("/api/orders").refuses(503, "session_store_unavailable");
      assertThat(refused.header("Retry-After")).isNotEmpty();
      assertThat(refused.setCookies()).isEmpty();
      var unready = ready();
      assertThat(unready.status()).isEqualTo(503);
      assertThat(store(unready)).isEqualTo("unavailable");
    } finally {
      WAY.loses(Detour.Loss.NOTHING);
    }
    Waiting.until("it is back", () -> ready().status() == 200);
    assertThat(store(ready())).isEqualTo("ok");
    alice.fetches("/api/orders").answers(200);
    assertThat(alice.sessionValue()).isEqualTo(cookie);
  }
}
