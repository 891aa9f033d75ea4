package dev.cloakroom.session;

import static dev.cloakroom.world.Waiting.on;

import dev.cloakroom.crypto.EncryptionKey;
import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.crypto.KeyRingSealer;
import dev.cloakroom.session.redis.RedisSessionStore;
import dev.cloakroom.session.redis.RedisSettings;
import dev.cloakroom.world.RedisProcess;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/// The contract, kept by a real Redis.
class RedisSessionStoreTest extends SessionStoreContract {
  private static RedisProcess redis;
  private static Vertx vertx;

  private final EncryptionKey key = EncryptionKey.draw(Entropy.secure());
  private final List<RedisSessionStore> opened = new ArrayList<>();

  @BeforeAll
  static void starts() {
    redis = RedisProcess.start();
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void stops() {
    on(vertx.close());
    redis.close();
  }

  @AfterEach
  void forgets() {
    opened.forEach(store -> on(store.close()));
    redis.isEmptied();
  }

  @Override
  SessionStore create(SessionSettings settings) {
    var store =
        new RedisSessionStore(
            settings,
            RedisSettings.single(redis.url()),
            new SessionSeal(new KeyRingSealer(List.of(key), Entropy.secure())),
            (_, _) -> {},
            new RedisSessionStore.Around(vertx, clock, entropy, events));
    on(store.open());
    opened.add(store);
    return store;
  }
}
