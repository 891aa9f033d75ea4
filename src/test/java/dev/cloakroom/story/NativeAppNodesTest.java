package dev.cloakroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloakroom.crypto.EncryptionKey;
import dev.cloakroom.crypto.Entropy;
import dev.cloakroom.crypto.Secret;
import dev.cloakroom.session.redis.RedisSettings;
import dev.cloakroom.world.RedisProcess;
import dev.cloakroom.world.Waiting;
import dev.cloakroom.world.World;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A code that one node issued, at the other: they share one Redis.
class NativeAppNodesTest {
  @RegisterExtension static final RedisProcess REDIS = RedisProcess.start();
  private static final Secret KEY = EncryptionKey.draw(Entropy.secure()).encoded();

  @RegisterExtension
  final World here =
      new World(
          config ->
              config.nativeApps(NativeAppTest.APP).redis(RedisSettings.single(REDIS.url()), KEY));

  @RegisterExtension
  final World there =
      new World(
          config ->
              config.nativeApps(NativeAppTest.APP).redis(RedisSettings.single(REDIS.url()), KEY));

  @Test
  void eitherNodeRedeemsACodeAndKnowsItsHandle() {
    var phone = here.phone("alice");
    var form = phone.redemption(phone.code(phone.opensTheBrowser()));
    var begun = phone.at(there).redeems(form).answers(200);
    var handle = begun.json().getString("session");
    phone.holds(handle);
    phone.fetches("/api/orders").answers(200);
    phone.at(there).fetches("/api/orders").answers(200);
    assertThat(here.provider().count("revoke")).as("the tokens are still in use").isZero();
    phone.redeems(form).refuses(400, "invalid_code");
    Waiting.until("the end", () -> phone.at(there).fetches("/api/orders").status() == 401);
    phone.at(there).fetches("/api/orders").refuses(401, "session_ended");
    phone.fetches("/api/orders").refuses(401, "session_ended");
  }

  @Test
  void ofTwoNodesOneRedeemsACode() {
    var phone = here.phone("alice");
    var form = phone.redemption(phone.code(phone.opensTheBrowser()));
    var one = phone.startsRedeeming(form);
    var other = phone.at(there).startsRedeeming(form);
    var statuses =
        List.of(Waiting.on(one).status(), Waiting.on(other).status()).stream().sorted().toList();
    assertThat(statuses).containsExactly(200, 400);
  }

  @Test
  void anAppLogsOutOnEveryNode() {
    var phone = here.phone("alice").logsIn();
    phone.at(there).fetches("/api/orders").answers(200);
    phone.calls("POST", "/auth/logout").answers(200);
    Waiting.until("the end", () -> phone.at(there).fetches("/api/orders").status() == 401);
    Waiting.until("a revocation", () -> here.provider().count("revoke") > 0);
  }
}
